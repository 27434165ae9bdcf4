import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../contracts/config.ts';
import { err, ok, type Result } from '../../foundation/outcome.ts';
import type { Random } from '../../foundation/random.ts';
import { createFileSigner } from '../../host/signing/signer.ts';
import type { Journal, JournalError } from '../../journal/journal.ts';
import { hasSealedContent, openJournal, type OpenJournalOptions } from '../../journal/open-journal.ts';
import { createMirror, type JournalMirror } from '../../journal/mirror.ts';
import { hasCopy } from '../../journal/mirror-place.ts';
import { createJournalKeys, type JournalKeys } from '../../journal/protection.ts';
import { fileSystemError } from '../../journal/sqlite-errors.ts';
import type { JournalSealer } from '../../journal/seal.ts';
import { newJournalKeys, readJournalKeyFile, writeJournalKeyFile } from '../../system/journal-key-file.ts';
import { checkNames } from './check-names.ts';
import { JOURNAL_FILE, JOURNAL_KEY_FILE } from './data-files.ts';

export function journalKeyPath({ dataFolder, journalKeyFile }: Config['storage']): string {
  return journalKeyFile ?? join(dataFolder, JOURNAL_KEY_FILE);
}

/**
 * The data keys of this terminal's journal. They are made where a journal begins, and never in place of keys that are gone.
 * @error JNL_KEY_MISSING · JNL_KEY_WRONG  as `readJournalKeyFile`
 */
export function loadJournalKeys(storage: Config['storage'], random: Random): Result<JournalKeys, JournalError> {
  const path = journalKeyPath(storage);
  let content = readJournalKeyFile(path);
  if (!content.ok && content.error.code === 'JNL_KEY_MISSING' && !hasSealedContent(join(storage.dataFolder, JOURNAL_FILE))) {
    try {
      writeJournalKeyFile(path, newJournalKeys(random));
    } catch (thrown) {
      return err(fileSystemError(thrown));
    }
    content = readJournalKeyFile(path);
  }
  return content.ok ? ok(createJournalKeys(content.value, random)) : content;
}

/** The journal of the terminal that a configuration describes, with its keys. @error as `openJournal`, `loadJournalKeys`, `checkLineKey` and `checkNames` */
export function openTerminalJournal(config: Config, life: Pick<OpenJournalOptions, 'clock' | 'random' | 'log' | 'bootId' | 'mustExist' | 'isCopy' | 'tellsLoss'>): Result<Journal, JournalError> {
  const copy = copyWithoutJournal(config.storage);
  if (copy !== undefined) return err(copy);
  const options = terminalJournalOptions(config, life);
  if (!options.ok) return options;
  const opened = openJournal(options.value);
  if (!opened.ok) return opened;
  const problem = checkLineKey(opened.value, config.host) ?? checkNames(opened.value, config.terminal);
  if (problem === undefined) return opened;
  opened.value.close();
  return err(problem);
}

/** A new disk and the old medium beside it: where a copy lies there was a journal, and it is not begun anew. A medium that is away says nothing. */
function copyWithoutJournal({ dataFolder, journalMirrorFolder }: Config['storage']): JournalError | undefined {
  if (journalMirrorFolder === undefined || existsSync(join(dataFolder, JOURNAL_FILE)) || !hasCopy(journalMirrorFolder)) return undefined;
  return { code: 'JNL_MISSING', detail: 'there is no journal, and the folder of the second copy holds one: restore it, or put an empty medium there' };
}

/** Of whom the terminal's certificate for the line to the bank was, the first time; renewed ones bear the same name. */
const LINE_SUBJECT_FACT = 'keys.lineSubject';

/**
 * The line to the bank speaks with the key of this journal's terminal (a journal that can be written remembers whose it is at the first start): with another one the bank would book this terminal's cash to that one.
 * @error JNL_KEY_MISSING  its certificate cannot be read
 * @error JNL_KEY_WRONG    it was issued to another terminal, or the key is not its own
 */
export function checkLineKey(journal: Pick<Journal, 'fact'> & Partial<Pick<Journal, 'commit'>>, host: Pick<Config['host'], 'tlsCertificateFile' | 'tlsKeyFile'>): JournalError | undefined {
  let subject: string;
  try {
    const certificate = new X509Certificate(readFileSync(host.tlsCertificateFile));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(host.tlsKeyFile)))) return { code: 'JNL_KEY_WRONG', detail: 'the key of the line to the bank is not the one of its certificate' };
    ({ subject } = certificate);
  } catch {
    return { code: 'JNL_KEY_MISSING', detail: 'the key of the line to the bank or its certificate cannot be read' };
  }
  const known = journal.fact(LINE_SUBJECT_FACT);
  if (known === subject) return undefined;
  if (known !== undefined) return { code: 'JNL_KEY_WRONG', detail: 'the certificate of the line to the bank was not issued to the terminal that this journal belongs to' };
  const written = journal.commit?.({ facts: { [LINE_SUBJECT_FACT]: subject } });
  return written?.ok === false ? written.error : undefined;
}

export function terminalJournalOptions(config: Config, life: Pick<OpenJournalOptions, 'clock' | 'random' | 'log' | 'bootId' | 'mustExist' | 'isCopy' | 'tellsLoss'>): Result<OpenJournalOptions, JournalError> {
  const path = join(config.storage.dataFolder, JOURNAL_FILE);
  // Before its keys: made for a journal that is gone they would lie where the right ones are to be put back.
  if (life.mustExist === true && !existsSync(path)) return err({ code: 'JNL_MISSING', detail: 'there is no journal file' });
  const keys = loadJournalKeys(config.storage, life.random);
  if (!keys.ok) return keys;
  const sealer = loadJournalSealer(config.host);
  return sealer.ok ? ok({ ...life, path, room: { freeBytesMin: config.storage.freeBytesMin, reserveBytes: config.storage.reserveBytes }, terminalNumber: config.terminal.number, keys: keys.value, sealer: sealer.value }) : sealer;
}

/** Begins the second copy where the configuration names a place for it. @returns null: it names none */
export function startJournalMirror(storage: Config['storage'], { clock, log, journal }: Pick<OpenJournalOptions, 'clock' | 'log'> & { readonly journal: Pick<Journal, 'endTrust'> }): JournalMirror | null {
  if (storage.journalMirrorFolder === undefined) return null;
  const mirror = createMirror({ path: join(storage.dataFolder, JOURNAL_FILE), folder: storage.journalMirrorFolder, clock, log, onAhead: (detail) => journal.endTrust(detail) });
  mirror.start();
  return mirror;
}

/** Seals with the key that signs the terminal's messages: the bank knows its certificate. @error JNL_KEY_MISSING  one of its files cannot be read */
export function loadJournalSealer(host: Pick<Config['host'], 'signKeyFile' | 'signCertificateFile'>): Result<JournalSealer, JournalError> {
  const pem = readPem(host);
  if (pem === undefined) return err({ code: 'JNL_KEY_MISSING', detail: 'the signing key or its certificate cannot be read' });
  const signer = createFileSigner(pem);
  return ok({ keyId: signer.keyId, certificate: new X509Certificate(pem.certPem).raw, sign: (bytes) => signer.sign(bytes) });
}

function readPem({ signKeyFile, signCertificateFile }: Pick<Config['host'], 'signKeyFile' | 'signCertificateFile'>): { readonly keyPem: string; readonly certPem: string } | undefined {
  try {
    return { keyPem: readFileSync(signKeyFile, 'utf8'), certPem: readFileSync(signCertificateFile, 'utf8') };
  } catch {
    return undefined;
  }
}
