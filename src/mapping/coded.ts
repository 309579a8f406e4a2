import type { Coding } from 'fhir/r4.js';
import type { Target } from './part.js';
import { mistake, type Scope } from './scope.js';
import { ownValue } from '../own-value.js';

export interface Code {
  readonly system?: string | undefined;
  readonly code: string;
  readonly display?: string | undefined;
}

/** How a code is written into an element of the target's type: CodeableConcept, Coding or a primitive. */
export function coded(target: Target, scope: Scope): (code: Code) => unknown {
  const type = target.choice ? target.types.find((t) => t === 'CodeableConcept') : target.types[0];
  const shape = ownValue(shapes, type ?? '');
  if (shape === undefined) {
    mistake(scope, `"${target.name}" is a ${target.types.join(' or ')}, which holds no code`);
    return () => undefined;
  }
  return target.choice ? (code) => ({ type, value: shape(code) }) : shape;
}

/** Where the code itself stands inside a value of the type, for the trace. */
export function codePath(target: Target): string {
  const type = target.choice ? 'CodeableConcept' : target.types[0];
  return type === 'CodeableConcept' ? 'coding[0].code' : type === 'Coding' ? 'code' : '';
}

const shapes: Readonly<Record<string, ((code: Code) => unknown) | undefined>> = {
  CodeableConcept: (code) => ({ coding: [coding(code)] }),
  Coding: coding,
  code: ({ code }) => ({ value: code }),
  string: ({ code }) => ({ value: code }),
  uri: ({ code }) => ({ value: code }),
};

function coding({ system, code, display }: Code): Coding {
  const coding: Coding = system === undefined ? { code } : { system, code };
  if (display !== undefined) coding.display = display;
  return coding;
}
