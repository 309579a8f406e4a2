import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { doubtAboutElement } from '../author/doubt-about-element.js';
import { explainElement } from '../author/explain.js';
import { explainLine } from '../author/explain-line.js';
import { explainAbsence } from '../author/why-not.js';
import { createExaminer } from '../examine.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { elementLines, lineLines, whyNotLines, type Where } from './explain-report.js';
import { oneDocument } from './one-document.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn explain FILE --element ELEMENT | --line N[:COLUMN] | --why-not ELEMENT

Tells how a document became its Bundle. An envelope with one document is opened; the lines are those of the document.

  --element 'Condition/7c1d….code'   where the value came from: source lines, the rule with its text, the row of a ConceptMap,
                                     and what only decided. The beginning of an id will do; Condition.code is that of every one
  --line 212, --line 212:17          everything that a source line became, or why not
  --why-not Condition.abatement      what was asked for an element that is not there, and what the document answered

Options
  --sender ID, --time-zone ZONE, --us-core VERSION, --mappings DIR, --terms FILE   as for convert
  --json                                          for programs

Exit status: 0 there was something to explain, 1 otherwise.
`;

const OPTIONS = {
  element: { type: 'string' },
  line: { type: 'string' },
  'why-not': { type: 'string' },
  sender: { type: 'string' },
  'time-zone': { type: 'string' },
  'us-core': { type: 'string' },
  mappings: { type: 'string' },
  terms: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('explain takes one document');
  const asked = [values.element, values.line, values['why-not']].filter((value) => value !== undefined);
  if (asked.length !== 1) throw new UsageError('explain takes one of --element, --line and --why-not');
  const { mappings } = values;
  let name = file === '-' ? 'stdin' : file;
  let examination;
  let text: string;
  try {
    const read = file === '-' ? await buffer(terminal.stdin) : await readFile(file);
    const document = await oneDocument(read, name);
    const { bytes } = document;
    name = document.name;
    text = Buffer.from(bytes).toString('utf8');
    examination = createExaminer({
      ...(mappings === undefined ? {} : { mappings }),
      ...(values.terms === undefined ? {} : { terms: values.terms }),
    })(bytes, {
      ...(values.sender === undefined ? {} : { sender: values.sender }),
      ...(values['time-zone'] === undefined ? {} : { timeZone: values['time-zone'] }),
      ...(values['us-core'] === undefined ? {} : { usCore: values['us-core'] }),
    });
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, name)));
    return 1;
  }
  const at: Where = { file: name, mappings: mappings ?? 'mappings', lines: text.split(/\r\n|\n|\r/) };
  const { found, answer, lines } = answerTo(examination, values, at);
  if (values.json === true) await print(terminal.stdout, `${JSON.stringify(answer, undefined, 2)}\n`);
  else await print(found ? terminal.stdout : terminal.stderr, linesOf(lines));
  return found ? 0 : 1;
}

interface Answer {
  readonly found: boolean;
  readonly answer: unknown;
  readonly lines: string[];
}

function answerTo(
  examination: ReturnType<ReturnType<typeof createExaminer>>,
  values: { element?: string; line?: string; 'why-not'?: string },
  at: Where,
): Answer {
  const doubt = doubtAboutElement(values.element ?? values['why-not'] ?? 'Bundle');
  if (doubt !== undefined) return { found: false, answer: { doubt }, lines: [doubt] };
  if (values.element !== undefined) {
    const elements = explainElement(examination, values.element);
    const lines = elements.flatMap((element) => elementLines(element, at));
    const none = [
      `no value of the Bundle is ${values.element}; --why-not ${values.element} tells what was asked for it`,
    ];
    return { found: elements.length > 0, answer: elements, lines: elements.length > 0 ? lines : none };
  }
  if (values.line !== undefined) {
    const [, line, column] = /^(\d+)(?::(\d+))?$/.exec(values.line) ?? [];
    if (line === undefined) throw new UsageError(`--line is a line, or line:column; not ${values.line}`);
    if (Number(line) === 0 || Number(line) > at.lines.length)
      return { found: false, answer: {}, lines: [`${at.file} has ${at.lines.length} lines; it has no line ${line}`] };
    const asked = column === undefined ? undefined : Number(column);
    const answer = explainLine(examination, Number(line), asked);
    const found = answer.facts.length > 0 || answer.made.length > 0 || answer.around !== undefined;
    const none = [
      `${at.file}:${values.line}: no fact begins here; the words of a narrative stand in the text of its section`,
    ];
    return { found, answer, lines: found ? lineLines(answer, Number(line), asked, at) : none };
  }
  const answer = explainAbsence(examination, values['why-not']!);
  return {
    found: answer.lack.length > 0 || answer.none.length > 0,
    answer,
    lines: whyNotLines(answer, values['why-not']!, at),
  };
}
