/**
 * Settings come from a file, the environment and the command line; the command line wins over the environment, and the
 * environment over the file. One message reports all mistakes, each with its place, and the service does not start
 * while there is one.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import set from 'lodash/set.js';
import { settingsOfEnvironment, type FoundSetting } from './environment.js';
import { readSettingsFile } from './file.js';
import { keyScopes, usesTenants } from '../auth/rights.js';
import { grants } from '../auth/scopes.js';
import { certificatesIn } from '../../signature/with-signatures.js';
import { masterKeyIn } from '../../store/master-key.js';
import { isPostgres } from '../../store/place.js';
import { mistakesOfConnection } from './kafka.js';
import { isLoopback } from './loopback.js';
import { suggestion } from '../../xpath/nearest.js';
import { settingsSchema, type Settings } from './schema.js';

/** The settings have mistakes. The message has one line for each mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

export interface SettingsSources {
  /** Path of the settings file. */
  readonly file?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly FoundSetting[];
}

/** @throws SettingsError with every mistake. */
export function loadSettings(sources: SettingsSources): Settings {
  const environment = settingsOfEnvironment(sources.environment ?? {});
  const file = sources.file === undefined ? undefined : readSettingsFile(sources.file);
  const mistakes = [...environment.mistakes, ...(file?.mistakes ?? [])];
  const given = [...environment.found, ...(sources.flags ?? [])];
  const merged = file?.value ?? {};
  for (const { path, value } of given) set(merged, path, value);
  mistakes.push(...changedMeanings(merged));
  const result = settingsSchema.safeParse(merged);
  if (result.success) {
    if (mistakes.length === 0) mistakes.push(...mistakesBetween(result.data));
    if (mistakes.length === 0) return result.data;
    throw new SettingsError(mistakes);
  }
  for (const issue of result.error.issues) {
    const extra = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    for (const key of extra) {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const origin = given.findLast((found) => found.path.every((part, index) => path[index] === part))?.origin;
      const where = origin ?? file?.place(path) ?? file?.place(path.slice(0, -1)) ?? 'settings';
      const name = path.map(String).join('.');
      const what = key === undefined ? issue.message : `no such setting${suggestion(key, siblings(issue.path))}`;
      mistakes.push(
        origin === undefined || origin.startsWith('-') || path.length > 2
          ? `${where}: ${name}: ${what}`
          : `${where}: ${what}`,
      );
    }
  }
  throw new SettingsError(mistakes);
}

/** Mistakes of settings written before purge and audit had scopes of their own. These settings would open less now. */
function changedMeanings(merged: object): string[] {
  const { jwt } = merged as { jwt?: Readonly<Record<string, unknown>> };
  if (jwt?.operateScope === undefined || (jwt.purgeScope !== undefined && jwt.auditScope !== undefined)) return [];
  return [
    'jwt.operateScope: no longer opens purge and audit, which have scopes of their own: set jwt.purgeScope and jwt.auditScope, too (to the same scope where all is to be as before)',
  ];
}

function siblings(path: readonly PropertyKey[]): string[] {
  const shape = settingsSchema.shape as unknown as Record<string, unknown>;
  if (path.length === 0) return Object.keys(shape);
  const inner = shape[String(path[0])] as { def?: { innerType?: { shape?: object } } } | undefined;
  return Object.keys(inner?.def?.innerType?.shape ?? {});
}

/** The mistakes that no single setting shows: a file that cannot be read, or a service open to everybody. */
function mistakesBetween(settings: Settings): string[] {
  const mistakes: string[] = [];
  const { tls, jwt } = settings;
  if (tls !== undefined) {
    const certificate = fileText('tls.certificate', tls.certificate, mistakes);
    const key = fileText('tls.key', tls.key, mistakes);
    if (certificate !== undefined && key !== undefined) {
      try {
        createSecureContext({ cert: certificate, key });
      } catch {
        mistakes.push('tls: the certificate and the key are not PEM or do not belong together');
      }
    }
  }
  if (jwt !== undefined && !jwt.jwks.startsWith('https://')) {
    if (/^[a-z]+:\/\//.test(jwt.jwks)) {
      mistakes.push('jwt.jwks: must be a file or an https address');
    } else {
      const text = fileText('jwt.jwks', jwt.jwks, mistakes);
      if (text !== undefined && !holdsKeys(text))
        mistakes.push('jwt.jwks: the file holds no JWKS (`{ "keys": [ … ] }`)');
    }
  }
  const { mode, certificates } = settings.signatures;
  if (certificates !== undefined) {
    const text = fileText('signatures.certificates', certificates, mistakes);
    if (text !== undefined && !holdsCertificates(text))
      mistakes.push(`signatures.certificates: ${certificates} holds no certificates in PEM`);
    if (mode === 'keep')
      mistakes.push('signatures.certificates: nothing is verified: set signatures.mode to verify or require');
  } else if (mode === 'require') {
    mistakes.push(
      'signatures.mode: require refuses every document while no certificate is trusted: set signatures.certificates',
    );
  }
  mistakes.push(
    ...mistakesOfIntake(settings),
    ...mistakesOfAudit(settings),
    ...mistakesOfRights(settings),
    ...mistakesOfKafka(settings),
  );
  if (new Set(settings.keys.map((key) => key.name)).size < settings.keys.length) {
    mistakes.push('keys: two keys have the same name');
  }
  const guarded = settings.keys.length > 0 || jwt !== undefined;
  if (!guarded && !settings.insecure && !isLoopback(settings.host)) {
    mistakes.push(
      `host: ${settings.host} is reachable from other machines and no authentication is configured: ` +
        'set keys or jwt, or say --insecure (CAIRN_INSECURE=true)',
    );
  }
  return mistakes;
}

/** Mistakes of the intake: feeds need a store, folders that exist, and a name each. */
function mistakesOfIntake(settings: Settings): string[] {
  const { intake, store, storeFiles, masterKeyFile, masterKeyCommand, roles, receivers, kafka } = settings;
  const mistakes: string[] = [];
  if (store !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(store) && !isPostgres(store))
    mistakes.push('store: must be a folder, or an address that begins with postgres://');
  if (store === undefined && storeFiles !== undefined)
    mistakes.push('storeFiles: there are no files without a store: set store (--store DIR)');
  if (storeFiles !== undefined && !isFolder(storeFiles))
    mistakes.push(`storeFiles: ${storeFiles} is no folder, or cannot be written`);
  if (masterKeyFile !== undefined) {
    if (store === undefined)
      mistakes.push('masterKeyFile: there is nothing to encrypt without a store: set store (--store DIR)');
    mistakes.push(...mistakesOfMasterKey(masterKeyFile));
  }
  if (masterKeyCommand !== undefined) {
    if (store === undefined)
      mistakes.push('masterKeyCommand: there is nothing to encrypt without a store: set store (--store DIR)');
    if (masterKeyFile !== undefined)
      mistakes.push('masterKeyCommand: the key comes from masterKeyFile already: set one of the two');
  }
  const isStream = store === undefined && kafka !== undefined;
  if (roles.length < 3 && !isStream && (store === undefined || !isPostgres(store)))
    mistakes.push(
      'roles: a store in a folder has one process, which needs all roles: only nodes of one PostgreSQL can share the work (--store postgres://…)',
    );
  if (store === undefined && intake.folders.length > 0)
    mistakes.push('intake.folders: documents of a folder go into a store: set store (--store DIR)');
  const names = intake.folders.map(({ name }) => name);
  if (new Set(names).size < names.length) mistakes.push('intake.folders: two folders have the same name');
  for (const { name, path, done, refused = done } of intake.folders) {
    for (const folder of new Set([path, done, refused])) {
      if (!isFolder(folder)) mistakes.push(`intake.folders: ${name}: ${folder} is no folder, or cannot be written`);
    }
    if ([done, refused].some((folder) => resolve(folder) === resolve(path)))
      mistakes.push(`intake.folders: ${name}: done and refused must be other folders than path`);
  }
  if (store === undefined && receivers.length > 0)
    mistakes.push('receivers: Bundles wait in a store until they are delivered: set store (--store DIR)');
  if (new Set(receivers.map(({ name }) => name)).size < receivers.length)
    mistakes.push('receivers: two receivers have the same name');
  for (const folder of intake.importFolders) {
    if (!isFolder(folder, constants.R_OK))
      mistakes.push(`intake.importFolders: ${folder} is no folder, or cannot be read`);
  }
  return mistakes;
}

/** Mistakes of the audit log. It needs a store, and a file that can be written. The syslog server need not answer yet. */
function mistakesOfAudit({ audit, store }: Settings): string[] {
  const mistakes: string[] = [];
  const { file, syslog, syslogCaFile, syslogCertificateFile, syslogKeyFile } = audit;
  if (store === undefined && (file ?? syslog) !== undefined)
    mistakes.push('audit: there is no audit log without a store: set store (--store DIR)');
  if (file !== undefined && !isWritableFile(file))
    mistakes.push(`audit.file: ${file} cannot be written: name a file in a folder that exists and can be written`);
  const secure = { syslogCaFile, syslogCertificateFile, syslogKeyFile };
  const isTls = syslog?.startsWith('tls://') === true;
  const texts = Object.entries(secure).map(([name, path]) => {
    if (path === undefined) return undefined;
    if (!isTls) mistakes.push(`audit.${name}: is only for a server with a tls:// address`);
    return fileText(`audit.${name}`, path, mistakes);
  });
  if ((syslogCertificateFile === undefined) !== (syslogKeyFile === undefined))
    mistakes.push('audit.syslogCertificateFile: a certificate and its key (audit.syslogKeyFile) belong together');
  if (mistakes.length > 0) return mistakes;
  const [ca, cert, key] = texts;
  try {
    createSecureContext({ ca, cert, key });
  } catch {
    mistakes.push('audit: the PEM files for the syslog server are not certificates, or do not belong together');
  }
  return mistakes;
}

/** Mistakes of access rights and tenants. */
function mistakesOfRights(settings: Settings): string[] {
  const mistakes: string[] = [];
  for (const { name, scopes, operate } of settings.keys) {
    if (scopes !== undefined && operate !== undefined)
      mistakes.push(
        `keys: ${name}: has both scopes and operate: write cairn/operate (and cairn/audit, cairn/purge) into scopes instead`,
      );
    const odd = scopes?.find((scope) => !Object.values(keyScopes).some((known) => grants(scope, known)));
    if (odd !== undefined)
      mistakes.push(`keys: ${name}: ${odd} grants nothing here; scopes are ${Object.values(keyScopes).join(', ')}`);
  }
  if (!usesTenants(settings)) return mistakes;
  for (const { name, when } of settings.receivers) {
    if (when?.tenants === undefined)
      mistakes.push(
        `receivers: ${name}: with tenants, a receiver must name the tenants whose documents it gets: set when.tenants ("*" for all)`,
      );
  }
  if (new Set(settings.tenants.map(({ name }) => name)).size < settings.tenants.length)
    mistakes.push('tenants: two tenants have the same name');
  return mistakes;
}

/** Mistakes of Kafka. Cairn reads topics into a store, or converts from one topic to another. */
function mistakesOfKafka({ kafka, store, roles, receivers }: Settings): string[] {
  const mistakes = receivers.flatMap((receiver) =>
    receiver.kind === 'kafka' ? mistakesOfConnection(receiver).map((one) => `receivers: ${receiver.name}: ${one}`) : [],
  );
  if (kafka === undefined) return mistakes;
  const { topics, to, refused, confidentiality } = kafka;
  mistakes.push(...mistakesOfConnection(kafka).map((one) => `kafka.${one}`));
  if (store === undefined) {
    if (to === undefined)
      mistakes.push('kafka.to: without a store, Bundles need a topic: set kafka.to (or store: --store DIR)');
    if (!roles.includes('work')) mistakes.push('roles: without a store, `work` reads and converts the topics: add it');
  } else {
    if (to !== undefined)
      mistakes.push('kafka.to: with a store, Bundles go to receivers: add a receiver of kind kafka with that topic');
    if (confidentiality.length > 0)
      mistakes.push('kafka.confidentiality: with a store, each receiver says which documents it may have');
  }
  const own = [...(to === undefined ? [] : [to]), ...(refused === undefined ? [] : [refused])];
  for (const name of own) {
    if (topics.includes(name))
      mistakes.push(`kafka.topics: ${name} is both read and written, so Bundles would come in again as documents`);
  }
  if (to !== undefined && to === refused) mistakes.push('kafka.refused: must be another topic than kafka.to');
  for (const receiver of receivers) {
    if (receiver.kind === 'kafka' && topics.includes(receiver.topic) && isSameCluster(receiver.brokers, kafka.brokers))
      mistakes.push(
        `receivers: ${receiver.name}: ${receiver.topic} is also a topic that is read, so Bundles would come in again as documents`,
      );
  }
  return mistakes;
}

function isSameCluster(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.includes(one));
}

function mistakesOfMasterKey(file: string): string[] {
  try {
    masterKeyIn(file);
    return [];
  } catch (error) {
    return [`masterKeyFile: ${(error as Error).message}`];
  }
}

function isFolder(path: string, mode = constants.R_OK | constants.W_OK): boolean {
  try {
    accessSync(path, mode);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isWritableFile(path: string): boolean {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known === undefined) return isFolder(dirname(path));
  return known.isFile() && isAccessible(path);
}

function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function fileText(setting: string, name: string, mistakes: string[]): string | undefined {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    mistakes.push(`${setting}: ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return undefined;
  }
}

function holdsCertificates(text: string): boolean {
  try {
    return certificatesIn(text).length > 0;
  } catch {
    return false;
  }
}

function holdsKeys(text: string): boolean {
  try {
    const value = JSON.parse(text) as { keys?: unknown } | null;
    return Array.isArray(value?.keys) && value.keys.length > 0;
  } catch {
    return false;
  }
}
