import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readMasterKey } from './keys.js';

/** Where the master key of a store comes from: a file, or the output of a command; neither where the store is not encrypted. */
export interface MasterKeySource {
  readonly file?: string | undefined;
  readonly command?: string | undefined;
}

/** @throws Error with what is wrong, and what to do; never with anything of the key */
export function masterKeyOf({ file, command }: MasterKeySource): Uint8Array | undefined {
  if (command !== undefined) return masterKeyBy(command);
  return file === undefined ? undefined : masterKeyIn(file);
}

/**
 * Reads the master key from a file.
 * @throws Error that says what is wrong and what to do
 */
export function masterKeyIn(file: string): Uint8Array {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const key = readMasterKey(content);
  if (key === undefined)
    throw new Error(
      `${file} holds no key: it must be 32 bytes, as they are, in hexadecimal digits or in base64 (openssl rand -hex 32)`,
    );
  return key;
}

/** A service of keys may be slow, and must not keep the start waiting for ever. */
const LIMIT_SECONDS = 30;

const MOST_BYTES = 65_536;

/**
 * The master key that a command writes to its standard output, as the shell runs it. What else the command writes is thrown away:
 * a key that went to the standard error would be in a log.
 *
 *   masterKeyBy('aws kms decrypt --ciphertext-blob fileb://key.enc --query Plaintext --output text')
 *
 * @throws Error with what is wrong, and what to do
 */
export function masterKeyBy(command: string, limitSeconds = LIMIT_SECONDS): Uint8Array {
  const { status, signal, error, stdout } = spawnSync(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: limitSeconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const byHand = 'run it by hand, as the user of the service, to see what it says';
  if (code === 'ETIMEDOUT') throw new Error(`the command did not end within ${limitSeconds} seconds: ${byHand}`);
  if (code === 'ENOBUFS') throw new Error('the command wrote more than a key: it must write the key alone');
  if (code !== undefined) throw new Error(`the command could not be run (${code})`);
  if (status !== 0) throw new Error(`the command ended with ${status ?? signal ?? 'an error'}: ${byHand}`);
  const key = readMasterKey(stdout);
  if (key === undefined)
    throw new Error(
      `the command wrote ${stdout.length} bytes that are no key: it must write 32 bytes, as they are, in hexadecimal digits or in base64, and nothing else`,
    );
  return key;
}
