import axe from 'axe-core';
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { hashOfKey } from '../../../src/service/auth/keys.js';
import { outcome, startDouble, type Double } from '../../delivery/double.js';
import { post, realConverter, sample, startHarness, type Harness } from '../harness.js';
import { launchChromium } from './chromium.js';

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe('the page of operations in Chromium', function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let folder: string;
  let double: Double;
  let service: Harness;

  before(async function () {
    this.timeout(300_000);
    browser = await launchChromium();
    if (browser === undefined) {
      console.warn('    skipped: there is no Chromium here, and it cannot be installed');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'cairn-operations-'));
    double = await startDouble();
    service = await startHarness(
      {
        CAIRN_STORE: folder,
        CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
        CAIRN_KEYS: `ops:${hashOfKey('the-key')}:::operate,feed:${hashOfKey('feed-key')}`,
        CAIRN_RECEIVERS: JSON.stringify([{ kind: 'fhir', name: 'payer', url: double.url }]),
      },
      realConverter,
    );
  });
  after(async () => {
    if (browser === undefined) return;
    await browser.close();
    await service.stop();
    await double.close();
    rmSync(folder, { recursive: true });
  });

  const documentOf = (number: number): string =>
    sample.toString().replaceAll('PN-20240306-0082', `PN-${number}`).replaceAll('PN-0082', `S-${number}`);
  const send = (text: string): Promise<Response> =>
    service.call('/documents?wait=20', post(text, { 'X-API-Key': 'the-key' }));

  /** Opens the page with a key; whatever it complains of, or asks of anybody else, is a trouble. */
  async function open(
    options: BrowserContextOptions = {},
    key = 'the-key',
  ): Promise<{ page: Page; troubles: string[] }> {
    const page = await browser!.newPage(options);
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    // That a key is needed is told by 401, which the browser writes down.
    page.on(
      'console',
      (message) => message.type() === 'error' && !/401|403/.test(message.text()) && troubles.push(message.text()),
    );
    page.on('request', (request) => {
      if (!request.url().startsWith(service.address)) troubles.push(request.url());
    });
    await page.goto(`${service.address}/operations`);
    await page.waitForSelector('#key-form:not([hidden])');
    await page.fill('#key', key);
    await page.click('#key-form button');
    return { page, troubles };
  }

  /** Asked from outside: the page's own policy lets nobody evaluate a text in it. */
  async function until(page: Page, expression: string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if (await page.evaluate(expression)) return;
      await delay(100);
    }
    throw new Error(`never: ${expression}`);
  }

  const tile = (page: Page, name: string) => page.locator('.tile', { has: page.getByText(name, { exact: true }) });

  it('asks for a key that may operate, and shows nothing before', async () => {
    const { page } = await open({}, 'feed-key');
    await until(page, "document.getElementById('live').textContent.includes('does not grant cairn/operate')");
    expect(await page.locator('#board').isVisible()).to.equal(false);
    await page.close();
  });

  it('shows documents as they move, without being asked again', async () => {
    const { page, troubles } = await open();
    await page.waitForSelector('#board:not([hidden])');
    expect(await tile(page, 'delivered').locator('strong').innerText()).to.equal('0');
    await send(documentOf(1));
    await send('<none/>');
    await until(
      page,
      "[...document.querySelectorAll('.tile')].filter((one) => /^1\\s*(delivered|refused)/.test(one.innerText)).length === 2",
    );
    await until(page, "document.querySelectorAll('#documents tbody tr').length === 2");
    await tile(page, 'refused').click();
    await until(page, "document.querySelectorAll('#documents tbody tr').length === 1");
    expect(await page.locator('#documents').innerText()).to.contain('Shown: refused.');
    expect(await page.locator('#live').innerText()).to.match(/^Live\. Nothing waits/);
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('shows what happened to a document, and its Bundle when somebody wants it', async () => {
    const { page, troubles } = await open();
    await page.waitForSelector('#documents tbody tr');
    await tile(page, 'delivered').click();
    await until(page, "document.querySelectorAll('#documents tbody tr').length === 1");
    await page.locator('#documents tbody button').click();
    // It opens when the service has told what happened.
    await page.waitForSelector('#dialog h3');
    const text = await page.locator('#dialog').innerText();
    for (const part of ['received', 'converted', 'delivered', 'receiver: payer', 'payer: delivered, '])
      expect(text).to.contain(part);
    expect(text).not.to.contain('[object');
    await page.getByText('Show its Bundle').click();
    await page.waitForSelector('#dialog summary');
    expect(await page.locator('#dialog').innerText()).to.match(/Bundle, \d+ entries[\s\S]*Composition/);
    await page.locator('#dialog summary').click();
    expect(await page.locator('#dialog pre').innerText()).to.match(/^\{\n {2}"resourceType": "Bundle"/);
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('shows dead letters with what the receiver said, sends them again, pauses and resumes', async () => {
    double.faults = [{ status: 422, body: JSON.stringify(outcome('Patient.identifier is not known here')) }];
    await send(documentOf(2));
    const { page, troubles } = await open();
    await page.getByRole('button', { name: '1 dead letters of payer' }).click();
    await page.waitForSelector('#dialog tbody tr');
    expect(await page.locator('#dialog').innerText()).to.contain('Patient.identifier is not known here');
    await page.getByText('Send all of them again').click();
    await until(page, "/^2\\s*delivered/m.test(document.getElementById('states').innerText)");
    await page.getByRole('button', { name: 'Pause payer' }).click();
    await page.getByRole('button', { name: 'Resume payer' }).waitFor();
    expect(await page.locator('#receivers').innerText()).to.contain('by ops');
    await page.getByRole('button', { name: 'Resume payer' }).click();
    await page.getByRole('button', { name: 'Pause payer' }).waitFor();
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('says what converting again would change, and does it when somebody wants that', async () => {
    const { page, troubles } = await open();
    await page.waitForSelector('#replay select');
    await page.selectOption('#replay select[name=mapping]', '');
    await page.selectOption('#replay select[name=state]', 'delivered');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.waitForSelector('#replay-result table');
    expect(await page.locator('#replay-result').innerText()).to.contain('No resource would change.');
    await page.getByText('Convert them in earnest').click();
    await page.waitForSelector('#replay-result .good');
    expect(await page.locator('#replay-result').innerText()).to.equal('2 documents were converted again.');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  for (const [name, options] of [
    ['a desk', { viewport: { width: 1280, height: 900 } }],
    ['a phone', phone],
    ['the dark', { colorScheme: 'dark' }],
  ] as const) {
    it(`has no fault that axe finds, and nothing beside the screen, on ${name}`, async () => {
      const { page } = await open({ ...options, reducedMotion: 'reduce' });
      await page.waitForSelector('#documents tbody tr');
      const folderOfShots = process.env.SCREENSHOTS;
      const judge = async (what: string): Promise<void> => {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          'axe.run()',
        );
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).to.deep.equal([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).to.equal(true);
        if (folderOfShots !== undefined)
          await page.screenshot({
            path: join(folderOfShots, `${name.replace(' ', '-')}-${what}.png`),
            fullPage: what === 'board',
          });
      };
      await judge('board');
      await page.locator('#documents tbody button').first().click();
      await page.waitForSelector('#dialog[open] tbody tr');
      await judge('document');
      await page.close();
    });
  }
});
