/**
 * The narrative comes from somebody else, so there are three protections: the page copies only known elements and
 * attributes, shows them in a sandboxed frame in which no script runs, and its policy lets the frame load nothing.
 */
import { element } from './element.js';
import { conceptText } from './fhir.js';
import { section } from './section.js';

const ELEMENTS = new Set(
  'div p br hr span b i u s em strong small big sub sup tt code pre blockquote q cite abbr dfn del ins h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td a img'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'class id title lang dir colspan rowspan headers scope abbr span start type reversed align valign width height border alt'.split(
    ' ',
  ),
);
/** These elements are dropped with their content. Of other unknown elements the content is kept. */
const DROPPED = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'template',
  'noscript',
  'svg',
  'math',
  'form',
  'input',
  'button',
  'textarea',
  'select',
  'link',
  'meta',
  'base',
]);

/**
 * The XHTML of a narrative as HTML text without active content. It is parsed without its namespace: elements
 * outside of HTML have no handlers, styles or pictures, not even while they are parsed.
 */
function harmless(xhtml) {
  const parsed = new DOMParser().parseFromString(
    xhtml.replaceAll('xmlns="http://www.w3.org/1999/xhtml"', ''),
    'text/xml',
  );
  const clean = document.implementation.createHTMLDocument('');
  if (parsed.getElementsByTagName('parsererror').length > 0) clean.body.append('This narrative is not well-formed.');
  else copy(parsed, clean.body, clean);
  return clean.body.innerHTML;
}

function copy(from, to, target) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(target.createTextNode(node.data));
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const name = node.localName;
    if (DROPPED.has(name)) continue;
    if (!ELEMENTS.has(name)) {
      copy(node, to, target);
      continue;
    }
    const made = target.createElement(name);
    for (const { name: attribute, value } of node.attributes)
      if (ATTRIBUTES.has(attribute)) made.setAttribute(attribute, value);
    // Pictures inside the document are shown. Others would be requests to another server.
    const source = node.getAttribute('src') ?? '';
    if (name === 'img' && /^data:image\/(png|jpeg|gif|webp);base64,/.test(source)) made.setAttribute('src', source);
    copy(node, made, target);
    to.append(made);
  }
}

/**
 * A frame with the narrative that is as high as its content.
 *
 * @param marked id of the element that is marked, and scrolled into view
 */
export function narrativeFrame(xhtml, title, marked) {
  // Without allow-scripts no script runs in the frame; allow-same-origin lets this page measure its height.
  const frame = element('iframe', { class: 'narrative', sandbox: 'allow-same-origin', title });
  const style = new URL('/page/narrative.css', location.href).href;
  frame.srcdoc = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="${style}"></head><body>${harmless(xhtml)}</body></html>`;
  let width = 0;
  // Only a new width changes the height. If a new height did, it could change again and again.
  const fit = () => {
    const body = frame.contentDocument?.body;
    if (!body || frame.clientWidth === width) return;
    width = frame.clientWidth;
    frame.style.height = `${Math.ceil(body.getBoundingClientRect().height) + 20}px`;
  };
  frame.addEventListener('load', () => {
    width = 0;
    fit();
    const target = marked && frame.contentDocument?.getElementById(marked);
    if (target) {
      target.classList.add('marked');
      target.scrollIntoView({ block: 'center' });
    }
    new ResizeObserver(fit).observe(frame);
  });
  return frame;
}

/** The sections of the document as their authors wrote them. */
export function narrativeSection(composition) {
  const parts = flatten(composition?.section ?? []).filter(({ text }) => text?.div !== undefined);
  if (parts.length === 0) return undefined;
  return section(
    'narrative',
    'Narrative',
    parts.length,
    parts.map(({ title, code, text }) => {
      const name = title ?? conceptText(code) ?? 'Section';
      const details = element('details', { class: 'part' }, element('summary', {}, name));
      // Frames are expensive, so the frame of a section is made when somebody opens the section.
      details.addEventListener(
        'toggle',
        () => details.childElementCount === 1 && details.append(narrativeFrame(text.div, name)),
        { once: true },
      );
      return details;
    }),
  );
}

export function flatten(sections) {
  return sections.flatMap((each) => [each, ...flatten(each.section ?? [])]);
}
