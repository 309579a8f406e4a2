/**
 * What CDA's style codes look like (CDA R2 4.3.5.11). They are recommendations to whoever shows the text. Those for
 * which FHIR's XHTML has no element become inline styles; a sender's own codes (`xRowGroup`) become classes.
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

/**
 * The CSS that a reader would miss. Nothing in it moves, sizes, hides or layers the text: a text that covers the page
 * around it, or that nobody can see, would say something else than the section. Nothing in it loads anything, either.
 */
const PLAIN_CSS =
  /^(color|background-color|font-(weight|style|family|size)|text-(align|decoration|transform)|vertical-align|white-space|list-style-type|border(-(top|right|bottom|left))?(-(width|style|color|collapse))?|padding(-(top|right|bottom|left))?)$/;

/**
 * Keeps the CSS of a sender as far as it is in this list and its values are plain: no url(), no escapes, no negative
 * lengths.
 */
export function addPlainCss(style: Style, css: string): void {
  for (const declaration of css.split(';')) {
    const [, name, value] = /^\s*([a-zA-Z-]{1,30})\s*:\s*([\w\s#.,%-]{1,100})$/.exec(declaration) ?? [];
    if (name === undefined || value === undefined || !PLAIN_CSS.test(name.toLowerCase())) continue;
    // A length must be neither negative nor large enough to cover what stands beside it.
    if (/(^|[\s,])-|(?<![#\w.])\d{3,}(?!%)|\d{3,}%\d|\d{4,}%/.test(value)) continue;
    style.declarations.push(`${name.toLowerCase()}: ${value.trim()}`);
  }
}
