/** Works something out when it is first asked for, and keeps the answer. */
export function once<T>(work: () => T): () => T {
  let done: { readonly answer: T } | undefined;
  return () => (done ??= { answer: work() }).answer;
}
