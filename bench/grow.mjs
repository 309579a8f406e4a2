/** Repeats the entries of a document, with new ids, until it has the size or a little more. */
export function grow(xml, size) {
  // Entries do not nest, so that the text between the tags is all that is needed to find them.
  const parts = xml.split(/(<entry[\s>].*?<\/entry>)/s);
  const entries = parts.filter((_, index) => index % 2 === 1).reduce((sum, entry) => sum + entry.length, 0);
  const times = Math.ceil((size - xml.length) / entries) + 1;
  let number = 0;
  return parts
    .map((part, index) =>
      index % 2 === 0 ? part : Array.from({ length: times }, () => renumbered(part, number++)).join(''),
    )
    .join('');
}

/** The entry with new ids. */
function renumbered(entry, number) {
  const digits = number.toString(16).padStart(8, '0');
  return entry.replace(/<id ([^>]*)>/g, (id, attributes) => {
    if (attributes.includes('extension="')) return id.replace('extension="', `extension="${digits}-`);
    return id.replace(/root="[0-9a-fA-F]{8}-/, `root="${digits}-`);
  });
}
