/**
 * The moments between which nothing may be lost. Nobody listens in service; the tests that kill the process do, so that it
 * dies exactly there.
 */
export type Step =
  | 'after-insert'
  | 'before-commit'
  | 'after-commit'
  | 'after-claim'
  | 'after-unwrap'
  | 'after-convert'
  | 'before-send'
  | 'after-send'
  | 'after-ledger';

let listener: (name: Step) => void = () => undefined;

export function step(name: Step): void {
  listener(name);
}

export function listenToSteps(listen: (name: Step) => void): void {
  listener = listen;
}
