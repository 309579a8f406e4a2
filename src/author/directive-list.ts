import { directives, type Directive } from '../mapping/language.js';

const BEGIN = '<!-- made by scripts/generate-guide.ts -->';
const END = '<!-- end -->';

/** The text of the guide with its list of directives made anew from the language. */
export function withDirectives(guide: string): string {
  const [before = '', rest = ''] = guide.split(BEGIN);
  const after = rest.split(END)[1] ?? '';
  const lines = [...directives].map(([name, directive]) => `- \`${name}\` (${takes(directive)}): ${directive.says}`);
  return `${before}${BEGIN}\n\n${lines.join('\n')}\n\n${END}${after}`;
}

function takes({ shape }: Directive): string {
  const {
    type,
    enum: values,
    const: only,
    $ref,
  } = shape as { type?: unknown; enum?: unknown[]; const?: unknown; $ref?: unknown };
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if ($ref !== undefined) return 'any value';
  if (typeof shape.description === 'string' && shape.description.startsWith('XPath')) return 'selector';
  return [type].flat().map(String).map(named).join(' or ');
}

function named(type: string): string {
  return type === 'array' ? 'list' : type === 'string' ? 'text' : type;
}
