import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A real browser: the one that is here, else Debian's, which root can install; undefined where neither works. */
export async function launchChromium(): Promise<Browser | undefined> {
  let executablePath = process.env.CHROMIUM ?? places.find(existsSync);
  if (executablePath === undefined && process.getuid?.() === 0) {
    spawnSync('sh', ['-c', 'apt-get update && apt-get install -y chromium'], { stdio: 'ignore', timeout: 240_000 });
    executablePath = places.find(existsSync);
  }
  if (executablePath === undefined) return undefined;
  // Root can't use Chromium's own sandbox.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
