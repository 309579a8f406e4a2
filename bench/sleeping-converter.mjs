/** Converts nothing, and waits without processor time: for measurements of the steps before a conversion. */
export function createConverter() {
  return {
    mappingHash: 'asleep',
    convert() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25_000);
      throw new Error('asleep');
    },
  };
}
