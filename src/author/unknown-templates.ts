import type { MappingFiles } from '../mapping/read-files.js';
import { findingAt, type LintFinding, type Text } from './finding.js';
import { doubtAboutTemplate } from './known-templates.js';

/** Templates that matches, selectors and lists name, and that neither a standard nor templates-by-hand.json knows. */
export function unknownTemplates({ templates }: MappingFiles, texts: readonly Text[]): LintFinding[] {
  const own = new Set(templates.flatMap(({ value }) => Object.keys((value as { templates?: object }).templates ?? {})));
  const lists = new Set(texts.flatMap(({ text }) => templatesNamed(text).lists));
  return texts.flatMap(({ file, pointer, text, part }) => {
    const inMatch = part === 'value' && /\/(template(\/\d+)?|within)$/.test(pointer) && pointer.includes('/match');
    const list = /^\/lists\/([^/]+)\/codes\/[^/]+$/.exec(pointer)?.[1];
    const inList = part === 'key' && list !== undefined && lists.has(list) && file.path.endsWith('code-lists.json');
    const oids = inMatch || inList ? [text] : templatesNamed(text).oids;
    return oids.flatMap((oid) => {
      const doubt = own.has(oid) ? undefined : doubtAboutTemplate(oid);
      return doubt === undefined ? [] : [findingAt('unknown-template', file, pointer, doubt, part)];
    });
  });
}

/** The templates that a selector asks for: `templateId/@root=('1.2', '1.3')`, `templateId/@root=one-of('list')`. */
function templatesNamed(selector: string): { readonly oids: readonly string[]; readonly lists: readonly string[] } {
  const asked = [...selector.matchAll(/templateId(?:\/|\[)@root\s*!?=\s*(one-of)?\(?([^)\]]*)/g)];
  const quoted = (isList: boolean) =>
    asked
      .filter(([, list]) => (list !== undefined) === isList)
      .flatMap(([, , rest]) => [...(/^\s*'[^']*'(?:\s*,\s*'[^']*')*/.exec(rest!)?.[0] ?? '').matchAll(/'([^']*)'/g)])
      .map(([, name]) => name!);
  return { oids: quoted(false), lists: quoted(true) };
}
