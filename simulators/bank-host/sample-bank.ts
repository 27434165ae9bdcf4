import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import { createBank } from './bank.ts';
import type { Bank } from './bank.ts';
import { localDate } from './business-day.ts';
import { createSealCheck } from './journal-seals.ts';
import type { CodePolicy } from './otp.ts';
import type { SamplePki } from './pki.ts';
import type { References } from './references.ts';
import { loadSampleData } from './sample-data.ts';
import { openBankDatabase } from './schema.ts';
import { createIsoBankCodec } from './wire/iso-codec.ts';
import type { Schemas } from './wire/schemas.ts';

/** The invented bank's name on the line, and its sample terminal. */
export const SAMPLE_HOST_ID = 'QOLMABANK';
export const SAMPLE_TERMINAL_ID = '0427';

export interface SampleBankOptions {
  /** Signing certificates of the terminal that are accepted beside the one in `pki`, while its key changes. */
  readonly renewedCertificatePems?: readonly string[];
  /** File of the bank's database, or `:memory:`. */
  readonly databasePath: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly pki: SamplePki;
  /** `createSchemas(folder)` of `wire/schemas.ts`, folder `main/host/iso20022/xsd`; made once for all banks of a process. */
  readonly schemas: Schemas;
  /** @default SAMPLE_HOST_ID */
  readonly hostId?: string;
  /** @default SAMPLE_TERMINAL_ID */
  readonly terminalId?: string;
  readonly codePolicy?: Partial<CodePolicy>;
  readonly cutOverLocalMinute?: number;
  /** As of the bank. */
  readonly references?: References;
  /** As of the codec. */
  readonly checksAnswers?: boolean;
}

/**
 * The whole simulated bank with its sample data, ready for `handle`. Close `bank.database` when done.
 *
 * @throws at start-up, when the database file is of another version
 */
export function createSampleBank(options: SampleBankOptions): Bank {
  const { clock, random, pki } = options;
  const { database, isNew } = openBankDatabase(options.databasePath);
  if (isNew) loadSampleData(database, { nowUtcMs: clock.nowUtcMs(), businessDay: localDate(clock.nowUtcMs()) });
  const terminalCertificates = [pki.terminalSign.certificatePem, ...(options.renewedCertificatePems ?? [])];
  const codec = createIsoBankCodec({
    hostId: options.hostId ?? SAMPLE_HOST_ID,
    terminals: [{ terminalId: options.terminalId ?? SAMPLE_TERMINAL_ID, certificatePems: terminalCertificates }],
    signing: pki.hostSign,
    decryptionKeyPem: pki.hostEncrypt.keyPem,
    schemas: options.schemas,
    nowUtcMs: () => clock.nowUtcMs(),
    random,
    ...(options.checksAnswers === undefined ? {} : { checksAnswers: options.checksAnswers }),
  });
  return createBank({
    database,
    clock,
    random,
    codec,
    isSealGenuine: createSealCheck(terminalCertificates),
    ...(options.references === undefined ? {} : { references: options.references }),
    ...(options.codePolicy === undefined ? {} : { codePolicy: options.codePolicy }),
    ...(options.cutOverLocalMinute === undefined ? {} : { cutOverLocalMinute: options.cutOverLocalMinute }),
  });
}
