import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from '../../contracts/run-folder.ts';
import { assert } from '../../foundation/assert.ts';
import { delay } from '../../foundation/clock.ts';
import type { Log, LogLevel } from '../../foundation/log.ts';
import { createHttpsLine } from '../../host/https-line.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { createFileLog } from '../../system/file-log.ts';
import { systemClock } from '../../system/system-clock.ts';
import type { GiveUp } from '../compose.ts';
import { composeTerminal } from '../compose.ts';
import { untilCashRests } from './cash-at-rest.ts';
import { createDevices } from './create-devices.ts';
import { keepDeviceStatusFile } from './device-status-file.ts';
import { LOG_FILE } from './data-files.ts';
import { loadHostCodec } from './lazy-codec.ts';
import type { CoreLock } from '../../journal/file-guards.ts';
import type { openTerminalJournal, startJournalMirror } from './journal-secrets.ts';
import { createLateCodec } from './late-codec.ts';
import type { LoadedConfig } from './load-config.ts';
import { retentionSource } from './retention-source.ts';
import { serveScreens } from './screen-server.ts';
import { claimRunFolder } from './second-core.ts';
import { startPart } from './start-error.ts';
import { serveTimeline } from './timeline-server.ts';
import { createWireTrace } from './wire-trace.ts';

export interface RunningCore {
  /** From the start of the process to the first screen that can be served, ms. */
  readonly readyAfterMs: number;
  /** Resolves when the terminal was started: host codec loaded, boot and recovery under way. Rejects with a StartError when a key file is unusable: a fault of the installation. */
  readonly started: Promise<void>;
  /** Resolves when this process can do no more and another one may: a second core that was started by mistake, or a disk that is not believed any more. */
  readonly givenUp: Promise<GiveUp>;
  /** For whoever may wait with the stop: ends when no cash moves, at the latest after 75 s. */
  cashRests(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunCoreOptions {
  readonly softwareVersion: string;
  readonly logLevel: LogLevel;
  readonly schemaFolder?: string;
  readonly logToStderr?: boolean;
  readonly traceFolder?: string;
}

/** The core as a process: real clock, real chance, real lines. @throws StartError */
export async function runCore(loaded: LoadedConfig, options: RunCoreOptions): Promise<RunningCore> {
  const claim = await startPart('CFG_FOLDER_UNUSABLE', () => claimRunFolder(loaded.config.storage.runFolder));
  try {
    return await startCore(loaded, options, claim);
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function startCore({ config, sha256 }: LoadedConfig, options: RunCoreOptions, claim: CoreLock): Promise<RunningCore> {
  const clock = systemClock();
  const random = cryptoRandom();
  const { dataFolder, runFolder } = config.storage;
  const log: Log = await startPart('CFG_FOLDER_UNUSABLE', () => {
    for (const folder of [dataFolder, runFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return createFileLog({ path: options.logToStderr === true ? null : join(dataFolder, LOG_FILE), clock, level: options.logLevel });
  });
  const { traceFolder } = options;
  const trace = traceFolder === undefined ? null : await startPart('CFG_FOLDER_UNUSABLE', () => createWireTrace({ folder: traceFolder, clock, log }));
  const { host } = config;
  const read = (path: string) => readFileSync(path, 'utf8');
  const line = await startPart('CFG_KEYS_UNUSABLE', () => createHttpsLine({
    baseUrl: host.baseUrl,
    caPem: read(host.caFile),
    certPem: read(host.tlsCertificateFile),
    keyPem: read(host.tlsKeyFile),
    serverName: host.serverName,
    clock,
    log,
  }));
  const codec = createLateCodec();
  let database: { readonly openTerminalJournal: typeof openTerminalJournal; readonly startJournalMirror: typeof startJournalMirror } | null = null;
  let mirror: ReturnType<typeof startJournalMirror> = null;
  const bootId = Buffer.from(random.bytes(8)).toString('hex');
  const gaveUp = Promise.withResolvers<GiveUp>();
  const terminal = composeTerminal({
    config, configSha256: sha256, softwareVersion: options.softwareVersion, bootId, clock, random, log, codec, line,
    onGiveUp: gaveUp.resolve,
    devices: await createDevices(config, { clock, log, trace }),
    readPolicy: retentionSource(config),
    mirrorStatus: () => mirror?.status() ?? null,
    openJournal: () => {
      assert(database !== null, 'the terminal starts after its database is loaded');
      const opened = database.openTerminalJournal(config, { clock, random, log, bootId });
      if (opened.ok) mirror ??= database.startJournalMirror(config.storage, { clock, log, journal: opened.value });
      return opened;
    },
  });
  // Before the screens: whoever sees that the core is there follows its time-line from the first entry.
  const timeline = await startPart('CFG_FOLDER_UNUSABLE', () => serveTimeline({ terminal, socketPath: join(runFolder, RUN_FILES.coreTimeline), clock }));
  // The first screen ("starting") is served before the host codec is loaded, the journal opened and the terminal does anything.
  const server = await startPart('CFG_FOLDER_UNUSABLE', () => serveScreens({
    desk: terminal.desk,
    socketPath: join(runFolder, RUN_FILES.coreSocket),
    tokenPath: join(runFolder, RUN_FILES.coreToken),
    clock,
    random,
    log,
  }));
  const statusFile = await startPart('CFG_FOLDER_UNUSABLE', () => keepDeviceStatusFile({ terminal, path: join(runFolder, RUN_FILES.deviceStatus), bootId, clock, log }));
  const readyAfterMs = Math.round(clock.monotonicMs()); // the system clock counts from the start of the process
  let isStopping = false;
  const start = async () => {
    await delay(clock, 0); // whoever waits for the first screen has it before the rest is loaded
    const [loadedCodec, loadedDatabase] = await Promise.all([
      startPart('CFG_KEYS_UNUSABLE', () => loadHostCodec(config, { clock, random, ...(options.schemaFolder === undefined ? {} : { schemaFolder: options.schemaFolder }) })),
      import('./journal-secrets.ts'),
    ]);
    codec.provide(loadedCodec);
    database = loadedDatabase;
    if (!isStopping) terminal.start();
  };
  return {
    readyAfterMs,
    started: start(),
    givenUp: gaveUp.promise,
    cashRests: () => untilCashRests(terminal.isCashMoving, clock),
    stop: async () => {
      isStopping = true;
      statusFile.close();
      await Promise.all([server.close(), timeline.close()]);
      await terminal.stop();
      await mirror?.stop();
      claim.release();
    },
  };
}
