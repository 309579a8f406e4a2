/** The process in which the engine runs: the question on its standard input, the answer on its standard output. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Bundle, MeasureReport, ValueSet } from 'fhir/r4.js';
import type { EngineAnswer, MeasureQuestion } from './engine.js';

/** The part of fqm-execution that is used. */
interface Engine {
  readonly Calculator: {
    calculateIndividualMeasureReports(
      measure: Bundle,
      people: readonly Bundle[],
      options: Readonly<Record<string, unknown>>,
      valueSets: readonly ValueSet[],
    ): Promise<{ results: MeasureReport[]; withErrors?: readonly { message?: string }[] }>;
  };
}

const question = JSON.parse(readFileSync(0, 'utf8')) as MeasureQuestion;
stopClock(question.date);
// The text that the engine prints is not the answer.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
write(`${JSON.stringify(await ask(question))}\n`);

async function ask({ measure, people, valueSets, from, to }: MeasureQuestion): Promise<EngineAnswer> {
  try {
    const { Calculator } = createRequire(import.meta.url)(process.argv[2]!) as Engine;
    const { results } = await Calculator.calculateIndividualMeasureReports(
      measure,
      people,
      {
        measurementPeriodStart: from,
        measurementPeriodEnd: to,
        reportType: 'individual',
        calculateHTML: false,
        calculateSDEs: true,
      },
      valueSets,
    );
    return { reports: results };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/**
 * One line. Where an expression fails, its name is told and no more: what the engine says beside it may quote the record.
 * What it says of absent ValueSets names a key of its own, which is no way out here.
 */
function messageOf(error: unknown): string {
  const { message, expressionName, libraryName } = error as Error & { expressionName?: string; libraryName?: string };
  if (expressionName !== undefined) return `the expression ${expressionName} of ${libraryName ?? 'its library'} fails`;
  const missing = /^Missing the following valuesets: (.*), and no API key/.exec(message)?.[1];
  return missing === undefined
    ? message.split('\n')[0]!
    : `it needs ValueSets that are not there (--valuesets): ${missing}`;
}

/** Same in, same out: `Today()` and `Now()` of a measure are what the caller says. */
function stopClock(date: string): void {
  const now = Date.parse(date);
  const Real = Date;
  class Stopped extends Real {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [now] : given) as [number]));
    }

    static override now(): number {
      return now;
    }
  }
  globalThis.Date = Stopped as unknown as DateConstructor;
}
