/**
 * The moments between which nothing may be lost. In service nobody listens to them. Tests that kill the process do, so
 * that it dies at exactly that moment.
 */
export type CrashMoment =
  | 'after-insert'
  | 'before-commit'
  | 'after-commit'
  | 'after-claim'
  | 'after-unwrap'
  | 'after-convert'
  | 'before-send'
  | 'after-send'
  | 'after-ledger';

let listener: (name: CrashMoment) => void = () => undefined;

export function step(name: CrashMoment): void {
  listener(name);
}

export function listenToSteps(listen: (name: CrashMoment) => void): void {
  listener = listen;
}
