import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../contracts/config.ts';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import { journalKeyPath, openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { certificateFacts, certificateFactsIn, checkNextKey, introduceNextKey, pointConfigAt, sealingKeysOf, type CertificateFacts } from '../core/process/signing-keys.ts';
import { silentLog } from '../foundation/log.ts';
import { openJournalForReading } from '../journal/open-journal.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { readJournalKeyFile } from '../system/journal-key-file.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer } from './journal-source.ts';
import { textTable } from './text-table.ts';

const DAY_MS = 86_400_000;
/** From then on a key is shown as one to renew. */
const RENEW_DAYS = 30;

interface PairOptions {
  readonly config: string;
  readonly key: string;
  readonly certificate: string;
}

export function registerKeys(program: Command): void {
  const keys = program.command('keys').description('keys of the terminal: which are in use and until when, and the change to a renewed signing key');
  keys
    .command('show')
    .description('keys in use, with number, subject and validity; never a secret')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--json', 'one JSON object')
    .addHelpText('after', `\nExit code 1 where a certificate cannot be read or is not valid today. Works while a core runs.\n\nExample\n  $ qolma keys show --config /etc/qolma/terminal.json`)
    .action((options: { readonly config: string; readonly json?: boolean }) => tell(showKeysAnswer(options.config, systemClock().nowUtcMs()), options.json === true));
  const pair = (name: 'check' | 'use', description: string) =>
    keys.command(name).description(description).requiredOption('--config <file>', 'configuration of the terminal').requiredOption('--key <file>', 'new private key, PEM').requiredOption('--certificate <file>', 'its certificate, PEM').option('--json', 'one JSON object');
  pair('check', 'hold a new signing key and certificate against the terminal; changes nothing').action((options: PairOptions & { readonly json?: boolean }) => tell(changeKeyAnswer(options, { isDryRun: true }), options.json === true));
  pair('use', 'sign with a new key from the next start on, on a terminal whose core is stopped')
    .addHelpText('after', '\nFirst have the bank accept the new certificate beside the old one. The change is sealed into the journal with the old key, so that whoever trusts the old one can follow; seals and extracts from before stay good. Then the configuration names the new files; the old ones stay where they are, for the way back.\n\nExample\n  $ qolma keys use --config /etc/qolma/terminal.json --key /etc/qolma/sign-2027.key --certificate /etc/qolma/sign-2027.pem')
    .action((options: PairOptions & { readonly json?: boolean }) => tell(changeKeyAnswer(options, { isDryRun: false }), options.json === true));
}

/** @param nowUtcMs  what certificates are held against */
export function showKeysAnswer(configFile: string, nowUtcMs: number): Answer {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const certificates = certificatesOf(config.host).flatMap(({ purpose, path }) => shownCertificates(purpose, path, nowUtcMs));
  const dataKeys = readJournalKeyFile(journalKeyPath(config.storage));
  const journal = openJournalForReading(join(config.storage.dataFolder, JOURNAL_FILE));
  const seals = journal.ok ? sealingKeysOf(journal.value) : [];
  if (journal.ok) journal.value.close();
  // While the bank changes its key there are two: one that is valid is enough.
  const isWell = certificates.every(({ purpose }) => certificates.some((one) => one.purpose === purpose && (one.state === 'valid' || one.state === 'renewSoon')));
  const rows = certificates.map((one) => [one.purpose, one.state, ...(one.state === 'unreadable' ? ['', one.path, '', ''] : [one.keyId ?? '', one.subject ?? '', dayOf(one.validFromUtcMs ?? 0), dayOf(one.validToUtcMs ?? 0)])]);
  const known = seals.map(({ keyId, subject, sinceEntryNumber, validToUtcMs }) => [keyId, subject, String(sinceEntryNumber), dayOf(validToUtcMs)]);
  const text = [
    textTable([{ title: 'key' }, { title: 'state' }, { title: 'number' }, { title: 'subject' }, { title: 'from' }, { title: 'until' }], rows),
    `data key of the journal: ${dataKeys.ok ? dataKeys.value.current : dataKeys.error.detail}`,
    known.length === 0 ? 'the journal has met no sealing key' : `the journal was sealed with\n${textTable([{ title: 'number' }, { title: 'subject' }, { title: 'since entry', align: 'right' }, { title: 'until' }], known)}`,
  ].join('\n\n');
  return { json: { ok: isWell, certificates, dataKeyId: dataKeys.ok ? dataKeys.value.current : null, sealingKeys: seals.map((one) => ({ ...one })) }, text, exitCode: isWell ? 0 : 1 };
}

/**
 * Checks a new signing pair and, unless it is a dry run, changes to it: the journal first, sealed with the old key, then the configuration. Cut off in between it is simply done again.
 * @returns exit code 1 while a core runs, for a pair that will not do, and where the configuration cannot be written (the journal accepts the new key then, and the text says what to change)
 */
export function changeKeyAnswer(options: PairOptions, { isDryRun }: { readonly isDryRun: boolean }): Answer {
  const loaded = loadConfig(options.config);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const clock = systemClock();
  const next = { keyFile: resolve(options.key), certificateFile: resolve(options.certificate) };
  const inUse = certificateFacts(config.host.signCertificateFile);
  if (!inUse.ok) return problemAnswer(inUse.error);
  const opened = isDryRun ? openJournalForReading(join(config.storage.dataFolder, JOURNAL_FILE)) : openTerminalJournal(config, { clock, random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (!opened.ok) return problemAnswer(opened.error);
  const journal = opened.value;
  try {
    const line = certificateFacts(config.host.tlsCertificateFile);
    const checked = checkNextKey(next, { journal, inUse: inUse.value, line: line.ok ? line.value : null, nowUtcMs: clock.nowUtcMs() });
    if (!checked.ok) return problemAnswer(checked.error);
    const { certificate: _, ...facts } = checked.value;
    const json = { ok: true, inUse: inUse.value, next: facts };
    const words = `${facts.keyId} (${facts.subject}, until ${dayOf(facts.validToUtcMs)})${facts.isSameSubject ? '' : `: another subject than ${inUse.value.subject}`}`;
    if (!('commit' in journal)) return { json: { ...json, isChanged: false }, text: `may be used: ${words}`, exitCode: 0 };
    const written = introduceNextKey(journal, { from: inUse.value, next: checked.value, by: cliPerson() });
    if (!written.ok) return problemAnswer(written.error);
    if (!pointConfigAt(options.config, next)) return problemAnswer({ code: 'CONFIG_NOT_WRITTEN', detail: `the journal accepts the new key; now set host.signKeyFile to ${next.keyFile} and host.signCertificateFile to ${next.certificateFile} in ${options.config}` });
    return { json: { ...json, isChanged: true }, text: `signs with ${words} from the next start on\nThe bank must accept both certificates until what the old key signed is delivered (\`qolma queue list\`). The old files stay: naming them in the configuration again is the way back.`, exitCode: 0 };
  } finally {
    journal.close();
  }
}

interface ShownCertificate extends Partial<CertificateFacts> {
  readonly purpose: string;
  readonly path: string;
  readonly state: ReturnType<typeof stateOf> | 'unreadable';
}

/** Of the bank's signing certificates all that are pinned; the other files have one, what follows it is the chain of its issuers. */
function shownCertificates(purpose: string, path: string, nowUtcMs: number): readonly ShownCertificate[] {
  const facts = certificateFactsIn(path);
  if (!facts.ok) return [{ purpose, path, state: 'unreadable' }];
  return facts.value.slice(0, purpose === PINNED ? undefined : 1).map((one) => ({ purpose, path, state: stateOf(one, nowUtcMs), ...one }));
}

function certificatesOf(host: Config['host']) {
  return [
    { purpose: 'signs messages and seals', path: host.signCertificateFile }, { purpose: 'line to the bank', path: host.tlsCertificateFile },
    { purpose: PINNED, path: host.hostSignCertificateFile }, { purpose: 'bank: codes are encrypted to', path: host.hostEncryptCertificateFile },
  ];
}

function stateOf({ validFromUtcMs, validToUtcMs }: CertificateFacts, nowUtcMs: number): 'valid' | 'renewSoon' | 'notYetValid' | 'expired' {
  if (nowUtcMs < validFromUtcMs) return 'notYetValid';
  return nowUtcMs > validToUtcMs ? 'expired' : validToUtcMs - nowUtcMs < RENEW_DAYS * DAY_MS ? 'renewSoon' : 'valid';
}

const PINNED = 'bank: signs answers';

const dayOf = (utcMs: number): string => new Date(utcMs).toISOString().slice(0, 10);
