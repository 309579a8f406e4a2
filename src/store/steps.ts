/**
 * The moments between which nothing may be lost. In service nobody listens to them. Tests that kill the process do, so
 * that it dies at exactly that moment.
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
