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
    of: Harness = service,
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
      if (!request.url().startsWith(of.address)) troubles.push(request.url());
    });
    await page.goto(`${of.address}/operations`);
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

  /** Where somebody wants to look at it. */
  async function shoot(page: Page, name: string): Promise<void> {
    const folderOfShots = process.env.SCREENSHOTS;
    if (folderOfShots === undefined) return;
    await page.screenshot({ path: join(folderOfShots, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
  }

  const tile = (page: Page, name: string) => page.locator('.tile', { has: page.getByText(name, { exact: true }) });

  it('needs a key that may operate, and shows nothing without it', async () => {
    const { page } = await open({}, 'feed-key');
    await until(page, "document.getElementById('live').textContent.includes('does not grant cairn/operate')");
    expect(await page.locator('#board').isVisible()).to.equal(false);
    await page.close();
  });

  it('updates the states of documents by itself', async () => {
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

  it('shows the events of a document, and its Bundle on request', async () => {
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
    await page.getByText('Show the Bundle').click();
    await page.waitForSelector('#dialog summary');
    expect(await page.locator('#dialog').innerText()).to.match(/Bundle, \d+ entries[\s\S]*Composition/);
    await page.locator('#dialog summary').click();
    expect(await page.locator('#dialog pre').innerText()).to.match(/^\{\n {2}"resourceType": "Bundle"/);
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('shows dead letters with the receiver’s answer, sends them again, pauses and resumes', async () => {
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

  it('shows what a new conversion would change, and runs it on request', async () => {
    const { page, troubles } = await open();
    await page.waitForSelector('#replay select');
    await page.selectOption('#replay select[name=mapping]', '');
    await page.selectOption('#replay select[name=state]', 'delivered');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.waitForSelector('#replay-result table');
    expect(await page.locator('#replay-result').innerText()).to.contain('No resource would change.');
    await page.getByText('Convert them now').click();
    await page.waitForSelector('#replay-result .good');
    expect(await page.locator('#replay-result').innerText()).to.equal('2 documents were converted again.');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  for (const [name, options] of [
    ['a desk', { viewport: { width: 1280, height: 900 } }],
    ['a phone', phone],
  ] as const) {
    it(`lets a key for all tenants choose one, and shows nothing of another, on ${name}`, async () => {
      const store = mkdtempSync(join(tmpdir(), 'cairn-chooser-'));
      const keyOf = (who: string, scopes: string, tenant: string): string =>
        `${who}:${hashOfKey(`${who}-key`)}:::${scopes}:${tenant}`;
      const other = await startHarness(
        {
          CAIRN_STORE: store,
          CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
          CAIRN_KEYS: [
            keyOf('north', 'system/*.cruds+cairn/operate', 'north'),
            keyOf('south', 'system/*.cruds', 'south'),
            keyOf('all', 'system/*.cruds+cairn/operate+cairn/tenants', ''),
          ].join(','),
        },
        realConverter,
      );
      try {
        const sent = (who: string, number: number): Promise<Response> =>
          other.call('/documents?wait=20', post(documentOf(number), { 'X-API-Key': `${who}-key` }));
        for (const [who, number] of [
          ['north', 11],
          ['south', 12],
          ['south', 13],
          ['all', 14],
        ] as const)
          expect((await sent(who, number)).status).to.equal(200);
        const { page, troubles } = await open({ ...options, reducedMotion: 'reduce' }, 'all-key', other);
        await page.waitForSelector('#board:not([hidden])');
        expect(await page.locator('#tenant option').allInnerTexts()).to.deep.equal([
          'all tenants',
          'without a tenant',
          'north',
          'south',
        ]);
        await until(page, "/^4\\s*(converted|delivered)/m.test(document.getElementById('states').innerText)");
        expect(await page.locator('#documents').isVisible()).to.equal(false);
        expect(await page.locator('#choose').isVisible()).to.equal(true);
        await shoot(page, `${name}-all-tenants`);
        await page.selectOption('#tenant', 'south');
        await until(page, "document.querySelectorAll('#documents tbody tr').length === 2");
        expect(await page.locator('#states').innerText()).to.match(/^2\s*(converted|delivered)/m);
        await page.selectOption('#tenant', 'north');
        await until(page, "document.querySelectorAll('#documents tbody tr').length === 1");
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<{ violations: { id: string }[] }>('axe.run()');
        expect(violations).to.deep.equal([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).to.equal(true);
        await shoot(page, `${name}-one-tenant`);
        await page.selectOption('#tenant', '');
        await until(page, "document.getElementById('documents').innerText.includes('Shown: the newest.')");
        expect(troubles).to.deep.equal([]);
        await page.close();
        // Who is of one tenant has nothing to choose.
        const own = await open(options, 'north-key', other);
        await until(own.page, "document.querySelectorAll('#documents tbody tr').length === 1");
        expect(await own.page.locator('#tenant-form').isVisible()).to.equal(false);
        await own.page.close();
        const asked = await other.call('/tenants', { headers: { 'X-API-Key': 'north-key' } });
        expect(await asked.json()).to.deep.equal({ isOfAll: false, tenants: ['north'] });
      } finally {
        await other.stop();
        rmSync(store, { recursive: true });
      }
    });
  }

  for (const [name, options] of [
    ['a desk', { viewport: { width: 1280, height: 900 } }],
    ['a phone', phone],
    ['the dark', { colorScheme: 'dark' }],
  ] as const) {
    it(`has no fault that axe finds, and nothing outside the screen, on ${name}`, async () => {
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
