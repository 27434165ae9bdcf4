import { join } from 'node:path';
import type { Config } from '../../main/contracts/config.ts';
import { parseConfig } from '../../main/contracts/config.ts';
import { RUN_FILES, SAMPLE_DEVICES } from '../../main/contracts/run-folder.ts';

/** Cassettes of the sample terminal: 5 000 and 2 000 tenge, a pair that breaks a greedy mix. */
export const SAMPLE_CASSETTES = [
  { cassetteNumber: 1, denominationMinor: 500_000, noteCount: 400 },
  { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 500 },
] as const;

export const SAMPLE_DENOMINATIONS_MINOR = [50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000] as const;

/** Invented terms; a bank puts its own here. */
const SAMPLE_TERMS = {
  version: '2026-01',
  text: {
    kk: ['Бұл үлгі шарттар. Терминал қолма-қол ақшаны қабылдайды және береді. Комиссия мен жалпы сома әр операцияның алдында көрсетіледі. Растау арқылы Сіз осы шарттарға қосыласыз.', 'Чек операцияны растайтын бастапқы құжат болып табылады. Даулы жағдайда анықтама кодын айтып, байланыс орталығына хабарласыңыз.'],
    ru: ['Это образец условий. Терминал принимает и выдаёт наличные. Комиссия и итоговая сумма показываются до каждой операции. Подтверждая, вы присоединяетесь к этим условиям.', 'Чек является первичным документом и подтверждает операцию. В спорной ситуации назовите код для справки в контакт-центре.'],
    en: ['These are sample terms. The terminal takes and pays out cash. The fee and the total are shown before each operation. By confirming you accept these terms.', 'The receipt is the primary document that proves the operation. If anything is unclear, tell the contact centre your reference code.'],
  },
};

/** Recyclers that the sample terminal may have in the acceptor's place. */
export const SAMPLE_RECYCLERS = ['ssp-smart-payout', 'ccnet-bill-to-bill', 'id003-recycler'] as const;
export type SampleRecyclerProtocol = (typeof SAMPLE_RECYCLERS)[number];
/** Where no line is opened, one behind a service as well. */
export const WORLD_RECYCLERS = [...SAMPLE_RECYCLERS, 'xfs4iot-cash-recycler'] as const;
export type WorldRecyclerProtocol = (typeof WORLD_RECYCLERS)[number];
/** Of a service on this machine. [xfs4iot §1.1] */
const SERVICE_LINE = { kind: 'url', url: 'ws://127.0.0.1:5846/xfs4iot/v1.0' } as const;

export interface SampleRecycler {
  /** @default ssp-smart-payout */
  readonly protocol?: WorldRecyclerProtocol;
  /** Kept to be paid out again. */
  readonly denominationsMinor: readonly number[];
  /** No dispenser beside it. */
  readonly isAlone: boolean;
}

/** Coins of one hopper. */
export interface HopperLoad {
  readonly denominationMinor: number;
  readonly coinCount: number;
}

/** A ccTalk coin acceptor and a hopper with these coins, beside the others. */
export interface SampleCoins extends HopperLoad {
  /** Further hoppers. @default none */
  readonly more?: readonly HopperLoad[];
}

/** Of all hoppers, in their order. */
export function hopperLoads({ denominationMinor, coinCount, more = [] }: SampleCoins): readonly HopperLoad[] {
  return [{ denominationMinor, coinCount }, ...more];
}

/** Dispensers of the sample terminal: notes leave while they are counted (LCDM), or as a bunch through a shutter that draws back what is not taken (F53). */
export const SAMPLE_DISPENSERS = ['puloon-lcdm', 'fujitsu-f53'] as const;
export type SampleDispenser = (typeof SAMPLE_DISPENSERS)[number];
/** Where no line is opened, others as well. */
export const WORLD_DISPENSERS = [...SAMPLE_DISPENSERS, 'puloon-lcdm-4000', 'xfs4iot-cash-dispenser'] as const;
export type WorldDispenserProtocol = (typeof WORLD_DISPENSERS)[number];
/** In the place of the sample terminal's CCNET validator; `essp` is SSP with keys. */
export const WORLD_ACCEPTORS = ['ccnet', 'id003', 'ebds', 'ssp', 'essp', 'xfs4iot-cash-acceptor'] as const;
export type WorldAcceptorProtocol = (typeof WORLD_ACCEPTORS)[number];
/** [misc §4.1] */
const NUT_PORT = 3493;
/** Beyond the defaults of a line. [f53 §1] */
const DISPENSER_LINES: Readonly<Record<Exclude<WorldDispenserProtocol, 'xfs4iot-cash-dispenser'>, object>> = { 'puloon-lcdm': {}, 'fujitsu-f53': { parity: 'even' }, 'puloon-lcdm-4000': {} };
/** [id003 §1, ebds §1, ssp §1] */
const ACCEPTOR_LINES: Readonly<Record<Exclude<WorldAcceptorProtocol, 'xfs4iot-cash-acceptor'>, object>> = { ccnet: {}, id003: { parity: 'even' }, ebds: { dataBits: 7, parity: 'even' }, ssp: { stopBits: 2 }, essp: { stopBits: 2 } };
const ESSP = { protocol: 'ssp', options: { encryption: 'essp' } } as const;

export interface SampleConfigOptions {
  readonly runFolder: string;
  readonly dataFolder: string;
  readonly bankPort: number;
  /** Of the simulated UPS server. @default that of NUT */
  readonly upsPort?: number;
  /** @default the protocol's */
  readonly watchdogWindowS?: number;
  readonly cassettes?: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[];
  /** @default puloon-lcdm */
  readonly dispenser?: WorldDispenserProtocol;
  /** Where no recycler is. @default ccnet */
  readonly acceptor?: WorldAcceptorProtocol;
  readonly recycler?: SampleRecycler;
  readonly coins?: SampleCoins;
  readonly limits?: Partial<Config['limits']>;
  readonly answerTimeoutMs?: number;
  readonly heartbeatMs?: number;
}

/** The sample terminal 0427: every name, number and address in it is invented. */
export function sampleConfig(options: SampleConfigOptions): Config {
  const { runFolder, recycler, coins, dispenser = 'puloon-lcdm', acceptor = 'ccnet' } = options;
  const tty = (deviceId: string) => ({ kind: 'serial', path: join(runFolder, RUN_FILES.ttys, deviceId) });
  const pki = (file: string) => join(runFolder, RUN_FILES.pki, file);
  const cassettes = (options.cassettes ?? SAMPLE_CASSETTES).map(({ cassetteNumber, denominationMinor, noteCount }) => ({ cassetteNumber, denominationMinor, initialCount: noteCount }));
  const parsed = parseConfig({
    terminal: { terminalId: '0427', number: '0427', acquirerId: 'QOLMAACQ', hostId: 'QOLMABANK', bankName: 'QOLMA', bankBin: '260140000005', address: 'Үлгі қала, Үлгі к-сі, 1', helpNumber: '0000' },
    host: {
      baseUrl: `https://127.0.0.1:${options.bankPort}`, serverName: 'localhost', caFile: pki('ca.pem'), tlsCertificateFile: pki('terminal.pem'), tlsKeyFile: pki('terminal.key'),
      signCertificateFile: pki('terminal-sign.pem'), signKeyFile: pki('terminal-sign.key'), hostSignCertificateFile: pki('host-sign.pem'), hostEncryptCertificateFile: pki('host-encrypt.pem'),
      ...(options.answerTimeoutMs === undefined ? {} : { answerTimeoutMs: options.answerTimeoutMs }),
      ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
    },
    devices: {
      ...(recycler === undefined
        ? { acceptor: { ...(acceptor === 'essp' ? ESSP : { protocol: acceptor }), line: acceptor === 'xfs4iot-cash-acceptor' ? SERVICE_LINE : { ...tty(SAMPLE_DEVICES.acceptor), ...ACCEPTOR_LINES[acceptor] } } }
        : { recycler: { protocol: recycler.protocol ?? 'ssp-smart-payout', line: recycler.protocol === 'xfs4iot-cash-recycler' ? SERVICE_LINE : tty(SAMPLE_DEVICES.acceptor), units: recycler.denominationsMinor.map((denominationMinor) => ({ denominationMinor })) } }),
      ...(recycler?.isAlone === true ? {} : { dispenser: dispenser === 'xfs4iot-cash-dispenser' ? { protocol: dispenser, line: SERVICE_LINE, options: { cassetteCount: cassettes.length }, cassettes } : { protocol: dispenser, line: { ...tty(SAMPLE_DEVICES.dispenser), ...DISPENSER_LINES[dispenser] }, cassettes } }),
      ...(coins === undefined ? {} : { coinAcceptor: { protocol: 'cctalk-coin-acceptor', line: tty(SAMPLE_DEVICES.coinAcceptor) }, coinDispensers: hopperLoads(coins).map(({ denominationMinor, coinCount }, index) => ({ protocol: 'cctalk-hopper', line: tty(index === 0 ? SAMPLE_DEVICES.coinDispenser : `${SAMPLE_DEVICES.coinDispenser}-${index + 1}`), denominationMinor, initialCount: coinCount })) }),
      printer: { protocol: 'escpos', line: { ...tty(SAMPLE_DEVICES.printer), baudRateBps: 115_200 } },
      cardReader: { protocol: 'crt-571', line: { ...tty(SAMPLE_DEVICES.cardReader), baudRateBps: 38_400 } },
      swipeReader: { protocol: 'magtek-hid', line: { kind: 'hidSocket', path: join(runFolder, RUN_FILES.hid, `${SAMPLE_DEVICES.swipeReader}.sock`) } },
      scanner: { protocol: 'serial-scanner', line: { ...tty(SAMPLE_DEVICES.scanner), baudRateBps: 115_200 } },
      switches: { protocol: 'io-board', line: tty(SAMPLE_DEVICES.switches) },
      powerSupply: { protocol: 'nut-ups', line: { kind: 'url', url: `tcp://127.0.0.1:${options.upsPort ?? NUT_PORT}` } },
      watchdog: { protocol: 'osmp-watchdog', line: tty(SAMPLE_DEVICES.watchdog), options: options.watchdogWindowS === undefined ? {} : { windowS: options.watchdogWindowS } },
    },
    acceptance: { denominationsMinor: [...SAMPLE_DENOMINATIONS_MINOR] },
    limits: { patienceMs: {}, ...options.limits },
    terms: SAMPLE_TERMS,
    storage: { dataFolder: options.dataFolder, runFolder, reserveBytes: 1_048_576, retentionPolicyFile: pki('retention-policy.json') },
  });
  if (!parsed.ok) throw new Error(`sample configuration: ${JSON.stringify(parsed.problems)}`);
  return parsed.config;
}
