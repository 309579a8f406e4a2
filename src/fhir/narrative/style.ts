/**
 * What CDA's style codes look like (CDA R2 4.3.5.11). They are recommendations to whoever shows the text, so those that
 * FHIR's XHTML can't say by an element become inline styles, and senders' own codes (`xRowGroup`) become classes.
 */
const STYLES: ReadonlyMap<string, string> = new Map([
  ['Bold', 'font-weight: bold'],
  ['Underline', 'text-decoration: underline'],
  ['Italics', 'font-style: italic'],
  ['Emphasis', 'font-style: italic'],
  ['BoldItalics', 'font-weight: bold; font-style: italic'],
  ['Lrule', 'border-left: 1px solid'],
  ['Rrule', 'border-right: 1px solid'],
  ['Toprule', 'border-top: 1px solid'],
  ['Botrule', 'border-bottom: 1px solid'],
  ['Lalign', 'text-align: left'],
  ['Ralign', 'text-align: right'],
  ['Calign', 'text-align: center'],
  ['Justify', 'text-align: justify'],
  ['Arabic', 'list-style-type: decimal'],
  ['LittleRoman', 'list-style-type: lower-roman'],
  ['BigRoman', 'list-style-type: upper-roman'],
  ['LittleAlpha', 'list-style-type: lower-alpha'],
  ['BigAlpha', 'list-style-type: upper-alpha'],
  ['Disc', 'list-style-type: disc'],
  ['Circle', 'list-style-type: circle'],
  ['Square', 'list-style-type: square'],
]);

export interface Style {
  readonly classes: string[];
  readonly declarations: string[];
}

/** Adds what a `styleCode` says. */
export function addStyleCodes(style: Style, styleCode: string): void {
  for (const code of styleCode.split(/\s+/)) {
    const declaration = STYLES.get(code);
    if (declaration !== undefined) style.declarations.push(declaration);
    else if (/^[A-Za-z][\w-]*$/.test(code)) style.classes.push(code);
  }
}

/** A style that a sender wrote as CSS, if it is nothing but properties with plain values: no url(), no escapes. */
export function addPlainCss(style: Style, css: string): void {
  const declaration = css.trim().replace(/;$/, '');
  if (/^[a-z-]+\s*:[\w\s#.,%-]+(;\s*[a-z-]+\s*:[\w\s#.,%-]+)*$/i.test(declaration))
    style.declarations.push(declaration);
}
