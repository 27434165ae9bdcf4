import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createIoBoardSwitches } from '../../drivers/auxiliaries/io-board/device.ts';
import { createNutUps } from '../../drivers/auxiliaries/nut-ups/device.ts';
import { createOsmpWatchdog } from '../../drivers/auxiliaries/osmp-watchdog/device.ts';
import { createCctalkCoinAcceptor } from '../../drivers/coin-acceptor/cctalk-coin-acceptor/device.ts';
import { createCctalkHopper } from '../../drivers/coin-dispenser/cctalk-hopper/device.ts';
import { createEscposPrinter } from '../../drivers/printer/escpos/device.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { Config } from '../../main/contracts/config.ts';
import { RUN_FILES } from '../../main/contracts/run-folder.ts';
import type { PolicySource } from '../../main/core/keeping/journal-keeper.ts';
import { joinedDispenser } from '../../main/core/cash/joined-dispenser.ts';
import type { TerminalDevices } from '../../main/core/core-parts.ts';
import type { GiveUp, Terminal } from '../../main/core/compose.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import { composeTerminal } from '../../main/core/compose.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Log } from '../../main/foundation/log.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { HostLine } from '../../main/host/bank-host.ts';
import { retryAfter } from '../../main/host/https-line.ts';
import { createIso20022Codec } from '../../main/host/iso20022/codec.ts';
import { createSchemas as createTerminalSchemas } from '../../main/host/iso20022/schemas.ts';
import type { Signer } from '../../main/host/signing/signer.ts';
import { createFileSigner } from '../../main/host/signing/signer.ts';
import { createTrust } from '../../main/host/signing/trust.ts';
import type { Journal } from '../../main/journal/journal.ts';
import type { JournalSealer } from '../../main/journal/seal.ts';
import { openJournal } from '../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../main/journal/protection.ts';
import type { JournalFaults } from '../../main/journal/writer.ts';
import type { Bank } from '../bank-host/bank.ts';
import type { SamplePki } from '../bank-host/pki.ts';
import { createSamplePki } from '../bank-host/pki.ts';
import { cardLikeReferences } from '../bank-host/references.ts';
import { createSampleBank } from '../bank-host/sample-bank.ts';
import { createSchemas } from '../bank-host/wire/schemas.ts';
import { ACCEPTOR_SIMULATORS } from '../cash-acceptor/acceptor-simulators.ts';
import type { FirmwareDiffers } from '../parts/firmware.ts';
import { createCoinAcceptorSimulator } from '../coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { createHopperSimulator } from '../coin-dispenser/cctalk-hopper/simulator.ts';
import { DISPENSER_SIMULATORS } from '../cash-dispenser/dispenser-simulators.ts';
import { createTroubledLine, type LineTrouble } from '../lines/troubled-line.ts';
import { createEscposSimulator } from '../printer/escpos/simulator.ts';
import type { LoadedCassette } from '../parts/dispenser-notes.ts';
import type { DeviceSimulator } from '../simulator.ts';
import { RECYCLER_SIMULATORS } from '../cash-recycler/recycler-simulators.ts';
import type { SampleCoins, SampleRecycler, WorldAcceptorProtocol, WorldDispenserProtocol } from '../terminal/sample-config.ts';
import { hopperLoads, SAMPLE_CASSETTES, sampleConfig } from '../terminal/sample-config.ts';
import { ACCEPTOR_DRIVERS } from './acceptor-drivers.ts';
import type { CoreLife } from './core-life.ts';
import { createCoreLife } from './core-life.ts';
import { DISPENSER_DRIVERS } from './dispenser-drivers.ts';
import { HandledNotes } from './handled-notes.ts';
import { leaveOut, type LeftOutDevice } from './left-out-devices.ts';
import { LineHands } from './line-hands.ts';
import { createPlace, type PlaceSurroundings } from './place-surroundings.ts';
import { PlannedActs } from './planned-acts.ts';
import { RECYCLER_DRIVERS } from './recycler-drivers.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { seededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface VirtualTerminalOptions {
  readonly clock: VirtualClock;
  readonly seed: number;
  /** Folder for the sample keys; made once, shared by many worlds. */
  readonly pkiFolder?: string;
  /** In place of the folder: keys that many worlds of a process share. */
  readonly pki?: SamplePki;
  /** Journal file; `:memory:` for a world that is not killed. */
  readonly journalPath: string;
  /** `full`: written as in the field, for a world whose disk is looked at. @default `memory` */
  readonly journalDurability?: 'full' | 'memory';
  readonly log?: Log;
  readonly limits?: Partial<Config['limits']>;
  /** @default ccnet */
  readonly acceptor?: WorldAcceptorProtocol;
  /** @default puloon-lcdm */
  readonly dispenser?: WorldDispenserProtocol;
  /** Of the dispenser. @default the sample terminal's */
  readonly cassettes?: readonly LoadedCassette[];
  /** A recycler in place of the acceptor, with these notes in it. */
  readonly recycler?: WorldRecycler;
  /** A coin acceptor and hoppers beside the others. @default none */
  readonly coins?: SampleCoins;
  /** An I/O board and a UPS among the surroundings. @default false */
  readonly hasPlace?: boolean;
  /** Of the acceptor or recycler. @default what is most usual */
  readonly firmwareDiffers?: FirmwareDiffers;
  /** @default the configuration's */
  readonly heartbeatMs?: number;
  /** The bank's references look like numbers of cards. @default false */
  readonly hasCardLikeReferences?: boolean;
  /** Devices that are there, and that the configuration of this start does not name. @default none */
  readonly leftOut?: readonly LeftOutDevice[];
  /** Kept over a restart of the core: the hardware and the bank go on. */
  readonly surroundings?: Surroundings;
  /** What the core may touch while it lives; left out: it lives as long as the world. */
  readonly life?: CoreLife;
  /** Tells two starts of one terminal apart in the journal. @default `boot-<seed>` */
  readonly bootId?: string;
  /** Where the disk fails. */
  readonly journalFaults?: JournalFaults;
  /** @default a signer on the terminal's key */
  readonly signer?: Signer;
  /** Line to an I/O board with the operator's key. @default the terminal has none */
  readonly switchesLine?: Transport;
  /** Line to the server of a UPS. @default the terminal has none */
  readonly powerSupplyLine?: Transport;
  /** Line to a watchdog board. @default the terminal has none */
  readonly watchdogLine?: Transport;
  /** First byte of the journal's data key, for a core that was given another one. @default 7 */
  readonly journalKeyByte?: number;
  /** The data key that it writes with. @default world */
  readonly journalKeyId?: 'world' | 'world-2';
  /** Once the core has opened it, before anything is written. */
  readonly onJournal?: (journal: Journal) => void;
  /** As of `composeTerminal`. */
  readonly onGiveUp?: (error: GiveUp) => void;
  /** As of `composeTerminal`: without it nothing is purged, and the journal is not read through. */
  readonly readPolicy?: PolicySource;
  /** A planted mistake, between the parts. @default none */
  readonly sabotage?: Sabotage;
}

export interface WorldRecycler extends SampleRecycler {
  readonly stored: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  /** Notes that its units hold; further ones go to the cash box. @default the simulator's */
  readonly capacity?: number;
}

export type LineName = 'acceptor' | 'dispenser' | 'printer' | 'coinAcceptor' | 'hopper' | 'hopper2';

/** Everything outside the core: hardware on its lines, and the bank. */
export interface Surroundings {
  readonly bank: Bank;
  readonly acceptor: DeviceSimulator;
  readonly dispenser: DeviceSimulator;
  readonly printer: DeviceSimulator;
  /** null: this world has no coins. */
  readonly coins: { readonly acceptor: DeviceSimulator; /** The first. */ readonly hopper: DeviceSimulator; readonly hoppers: readonly DeviceSimulator[]; readonly transports: { readonly acceptor: Transport; readonly hoppers: readonly Transport[] } } | null;
  /** null: nothing tells of the place. */
  readonly place: PlaceSurroundings | null;
  /** What lay in the hardware before the first start. */
  readonly loaded: { readonly cassettes: readonly LoadedCassette[]; readonly recycler: WorldRecycler | null; /** By hopper. */ readonly coinCounts: readonly number[] };
  readonly handled: HandledNotes;
  readonly transports: { readonly acceptor: Transport; readonly dispenser: Transport; readonly printer: Transport };
  /** By the device at its end; two hoppers at most. */
  readonly lines: Readonly<Partial<Record<LineName, { readonly protocol: string; readonly trouble: LineTrouble }>>>;
  readonly lineHands: LineHands;
  /** Who exchanges a device for a spare, or the cash box. */
  readonly spareHands: PlannedActs;
}

export interface VirtualTerminal {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
  readonly journal: () => Journal | null;
  readonly config: Config;
  /** The key that its journal is sealed with. */
  readonly sealer: JournalSealer;
}

/** For worlds only: the journal of a terminal in the field has keys of its own. */
export const worldJournalKeys = (random: Random, { byte = 7, current = 'world' }: { readonly byte?: number | undefined; readonly current?: 'world' | 'world-2' | undefined } = {}) => createJournalKeys({ current, keys: { world: new Uint8Array(32).fill(byte), 'world-2': new Uint8Array(32).fill(9) }, indexKey: new Uint8Array(32).fill(8) }, random);
const XSD_FOLDER = join(import.meta.dirname, '../../main/host/iso20022/xsd');

/** Compiled once for all worlds of the process. */
let compiledSchemas: ReturnType<typeof createSchemas> | undefined;
const bankSchemas = () => (compiledSchemas ??= createSchemas(XSD_FOLDER));
/** The same for the terminals' side, which has compiled its own. */
let compiledTerminalSchemas: ReturnType<typeof createTerminalSchemas> | undefined;
const terminalSchemas = () => (compiledTerminalSchemas ??= createTerminalSchemas(XSD_FOLDER));

/** The production core with its drivers and codec, all simulators and the bank in one process on one virtual clock: one seed, one course. */
export function createVirtualTerminal(options: VirtualTerminalOptions): VirtualTerminal {
  const { seed } = options;
  const pki = options.pki ?? createSamplePki(join(options.pkiFolder ?? '.', RUN_FILES.pki), { nowUtcMs: options.clock.nowUtcMs(), random: seededRandom(1) });
  const random = seededRandom(seed);
  const log = options.log ?? silentLog;
  const surroundings = options.surroundings ?? createSurroundings({ clock: options.clock, random: seededRandom(seed + 1), pki, acceptor: options.acceptor ?? 'ccnet', dispenser: options.dispenser ?? 'puloon-lcdm', cassettes: options.cassettes ?? SAMPLE_CASSETTES, recycler: options.recycler, coins: options.coins, hasCardLikeReferences: options.hasCardLikeReferences, firmwareDiffers: options.firmwareDiffers, place: options.hasPlace === true ? createPlace({ clock: options.clock, seed: seed + 2 }) : null, lineRandom: seededRandom(seed + 3) });
  const config = leaveOut(sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, ...(options.limits === undefined ? {} : { limits: options.limits }), ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }), ...(options.acceptor === undefined ? {} : { acceptor: options.acceptor }), ...(options.dispenser === undefined ? {} : { dispenser: options.dispenser }), ...(options.cassettes === undefined ? {} : { cassettes: options.cassettes }), ...(options.recycler === undefined ? {} : { recycler: options.recycler }), ...(options.coins === undefined ? {} : { coins: options.coins }) }), options.leftOut ?? []);
  const signer = options.signer ?? createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.terminalSign.certificatePem });
  const sealer = { keyId: signer.keyId, certificate: new X509Certificate(pki.terminalSign.certificatePem).raw, sign: (bytes: Uint8Array) => signer.sign(bytes) };
  const keys = worldJournalKeys(random, { byte: options.journalKeyByte, current: options.journalKeyId });
  const life = options.life ?? createCoreLife(options.clock);
  const { clock } = life;
  const sabotage = options.sabotage ?? {};
  const bootId = options.bootId ?? `boot-${seed}`;
  const transports = { acceptor: life.transport(surroundings.transports.acceptor), dispenser: life.transport(surroundings.transports.dispenser), printer: life.transport(surroundings.transports.printer) };
  const codec = createIso20022Codec({
    terminalId: config.terminal.terminalId, acquirerId: config.terminal.acquirerId, hostId: config.terminal.hostId,
    signer,
    trust: createTrust({ certificatesPem: [pki.hostSign.certificatePem], clock }), hostEncryptionKeyPem: pki.hostEncrypt.certificatePem, clock, random, schemas: terminalSchemas(),
  });
  const line = life.hostLine(memoryHostLine(surroundings.bank, clock));
  const acceptorParts = { deviceId: 'acceptor', transport: transports.acceptor, clock, log, random };
  const recycler = config.devices.recycler === undefined ? null : RECYCLER_DRIVERS[options.recycler?.protocol ?? 'ssp-smart-payout'](acceptorParts);
  const dispenserParts = { deviceId: 'dispenser', transport: sabotage.dispenserTransport?.(transports.dispenser) ?? transports.dispenser, clock, log };
  const dispenser = config.devices.dispenser === undefined ? null : DISPENSER_DRIVERS[options.dispenser ?? 'puloon-lcdm'](dispenserParts, surroundings.loaded.cassettes.length);
  const { switches: switchesLine = options.switchesLine, powerSupply: powerSupplyLine = options.powerSupplyLine } = surroundings.place?.transports ?? {};
  const switches = switchesLine === undefined ? null : createIoBoardSwitches({ deviceId: 'switches', transport: life.transport(switchesLine), clock, log });
  const coinLines = surroundings.coins?.transports ?? null;
  const hoppers = (coinLines?.hoppers ?? []).slice(0, config.devices.coinDispensers.length).map((transport, index) => createCctalkHopper({ deviceId: `coin-dispenser${index === 0 ? '' : `-${index + 1}`}`, transport: life.transport(transport), clock, log }));
  const devices: TerminalDevices = {
    acceptor: recycler ?? (config.devices.acceptor === undefined ? null : ACCEPTOR_DRIVERS[options.acceptor ?? 'ccnet'](acceptorParts)),
    dispenser: joinedDispenser(config, { recycler, dispenser, hoppers }),
    coinAcceptor: coinLines === null || config.devices.coinAcceptor === undefined ? null : createCctalkCoinAcceptor({ deviceId: 'coin-acceptor', transport: life.transport(coinLines.acceptor), clock, log }),
    coinDispensers: hoppers,
    printer: createEscposPrinter({ deviceId: 'printer', transport: transports.printer, clock, log, widthDots: 576 }),
    cardReaders: [], scanner: null, others: [],
    switches, lights: switches?.lights ?? null,
    powerSupply: powerSupplyLine === undefined ? null : createNutUps({ deviceId: 'power-supply', transport: life.transport(powerSupplyLine), clock, log, upsName: 'ups' }),
    watchdog: options.watchdogLine === undefined ? null : createOsmpWatchdog({ deviceId: 'watchdog', transport: life.transport(options.watchdogLine), clock, log, windowS: 30, computerOffS: 3, modemOffS: 2, isArmedAtStart: true }),
  };
  let journal: Journal | null = null;
  const terminal = composeTerminal({
    config, configSha256: '0'.repeat(64), softwareVersion: 'virtual', bootId, clock, random, log,
    codec: sabotage.codec?.(codec) ?? codec,
    line: sabotage.line?.(line, { clock }) ?? line,
    devices: sabotage.devices?.(devices) ?? devices,
    ...(options.onGiveUp === undefined ? {} : { onGiveUp: options.onGiveUp }),
    ...(options.readPolicy === undefined ? {} : { readPolicy: options.readPolicy }),
    openJournal: () => {
      const opened = openJournal({ path: options.journalPath, clock, random, log, terminalNumber: config.terminal.number, bootId, durability: options.journalDurability ?? 'memory', keys, sealer, ...(options.journalFaults === undefined ? {} : { faults: options.journalFaults }) });
      if (!opened.ok) return opened;
      const connection = life.journal(opened.value);
      for (const hands of [surroundings.lineHands, surroundings.spareHands]) connection.onCommitted((entries) => hands.take(entries));
      const lived: Journal = {
        ...connection,
        close: () => {
          if (journal === lived) journal = null;
          connection.close();
        },
      };
      options.onJournal?.(lived);
      journal = lived;
      return ok(sabotage.journal?.(lived) ?? lived);
    },
  });
  return { terminal, surroundings, journal: () => journal, config, sealer };
}

function createSurroundings(options: { readonly clock: VirtualClock; readonly random: Random; readonly pki: SamplePki; readonly acceptor: WorldAcceptorProtocol; readonly dispenser: WorldDispenserProtocol; readonly cassettes: readonly LoadedCassette[]; readonly recycler: WorldRecycler | undefined; readonly coins: SampleCoins | undefined; readonly hasCardLikeReferences: boolean | undefined; readonly firmwareDiffers: FirmwareDiffers | undefined; readonly place: PlaceSurroundings | null; readonly lineRandom: Random }): Surroundings {
  const { clock, random, pki, acceptor, dispenser, cassettes, recycler, coins, place } = options;
  const lineOf = (name: string) => createTroubledLine({ name, clock, random: options.lineRandom });
  const [acceptorLine, dispenserLine, printerLine] = [lineOf('acceptor'), lineOf('dispenser'), lineOf('printer')];
  const environment = { clock, random, timeFactor: 1 };
  const bank = createSampleBank({ databasePath: ':memory:', clock, random, pki, schemas: bankSchemas(), checksAnswers: false, ...(options.hasCardLikeReferences === true ? { references: cardLikeReferences(random) } : {}) });
  const devices = {
    acceptor: recycler === undefined ? ACCEPTOR_SIMULATORS[acceptor]({ ...environment, line: acceptorLine.line }, options.firmwareDiffers) : RECYCLER_SIMULATORS[recycler.protocol ?? 'ssp-smart-payout']({ ...environment, line: acceptorLine.line }, { stored: recycler.stored, ...(recycler.capacity === undefined ? {} : { capacity: recycler.capacity }) }, options.firmwareDiffers),
    dispenser: DISPENSER_SIMULATORS[dispenser]({ ...environment, line: dispenserLine.line }, { cassettes }),
    printer: createEscposSimulator({ ...environment, line: printerLine.line }, { widthDots: 576 }),
  };
  const beside = coins === undefined ? null : coinSurroundings(coins, lineOf, environment);
  for (const simulator of [devices.acceptor, devices.dispenser, devices.printer, ...(beside === null ? [] : [beside.coins.acceptor, ...beside.coins.hoppers])]) simulator.start();
  const lineAt = ({ protocol }: DeviceSimulator, { trouble }: { readonly trouble: LineTrouble }) => ({ protocol, trouble });
  const lines = { acceptor: lineAt(devices.acceptor, acceptorLine), dispenser: lineAt(devices.dispenser, dispenserLine), printer: lineAt(devices.printer, printerLine), ...beside?.lines };
  return {
    bank, ...devices, place, lines,
    coins: beside?.coins ?? null,
    loaded: { cassettes, recycler: recycler ?? null, coinCounts: coins === undefined ? [] : hopperLoads(coins).map(({ coinCount }) => coinCount) },
    handled: new HandledNotes(),
    transports: { acceptor: acceptorLine.transport, dispenser: dispenserLine.transport, printer: printerLine.transport },
    lineHands: new LineHands(clock, Object.values(lines).map(({ trouble }) => trouble)),
    spareHands: new PlannedActs(clock),
  };
}

function coinSurroundings(coins: SampleCoins, lineOf: (name: string) => ReturnType<typeof createTroubledLine>, environment: { readonly clock: VirtualClock; readonly random: Random; readonly timeFactor: number }) {
  const acceptorLine = lineOf('coin-acceptor');
  const made = hopperLoads(coins).map((load, index) => {
    const { line, transport, trouble } = lineOf(`coin-dispenser${index === 0 ? '' : `-${index + 1}`}`);
    return { hopper: createHopperSimulator({ ...environment, line }, { ...load, serial: [0x56, 0x34, 0x12 + index] }), transport, trouble };
  });
  const hoppers = made.map(({ hopper }) => hopper);
  const acceptor = createCoinAcceptorSimulator({ ...environment, line: acceptorLine.line }, {});
  const names: readonly LineName[] = ['hopper', 'hopper2'];
  return {
    coins: { acceptor, hopper: hoppers[0]!, hoppers, transports: { acceptor: acceptorLine.transport, hoppers: made.map(({ transport }) => transport) } },
    lines: {
      coinAcceptor: { protocol: acceptor.protocol, trouble: acceptorLine.trouble },
      ...Object.fromEntries(made.slice(0, names.length).map(({ hopper, trouble }, index) => [names[index]!, { protocol: hopper.protocol, trouble }])),
    },
  };
}

/** The bank on a wire that is a function call: same documents, same signatures, no sockets. */
export function memoryHostLine(bank: Bank, clock: Clock): HostLine {
  return {
    exchange: async ({ messageId, messageName, attempt, bytes, timeoutMs }) => {
      let timer: unknown;
      const timedOut = new Promise<'timedOut'>((resolve) => {
        timer = clock.setTimeout(() => resolve('timedOut'), timeoutMs);
      });
      const reply = await Promise.race([bank.handle({ bytes, headers: { 'content-type': 'application/xml; charset=utf-8', 'qolma-message': messageName, 'idempotency-key': messageId, 'qolma-attempt': String(attempt) } }), timedOut]);
      if (reply === 'timedOut') return err({ kind: 'unanswered', code: 'HST_TIMED_OUT', detail: 'no answer in time' });
      if (reply.kind !== 'silent') clock.clearTimeout(timer);
      switch (reply.kind) {
        case 'answer':
          return reply.httpStatus >= 500 ? err({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: `status ${reply.httpStatus}`, ...retryAfter(reply.headers) }) : ok({ bytes: reply.bytes, httpStatus: reply.httpStatus });
        case 'silent':
          await timedOut;
          return err({ kind: 'unanswered', code: 'HST_TIMED_OUT', detail: 'no answer in time' });
        case 'closed':
          return err({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: 'connection closed' });
        case 'unreachable':
          return err({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'connection refused' });
      }
    },
    close: async () => {},
  };
}
