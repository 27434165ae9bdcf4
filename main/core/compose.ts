import { createActor, fromPromise } from 'xstate';
import type { ActorRefFrom } from 'xstate';
import { cashInMachine } from '../../state-machines/cash-in/cash-in.machine.ts';
import { cashOutMachine } from '../../state-machines/cash-out/cash-out.machine.ts';
import { depositMachine } from '../../state-machines/deposit/deposit.machine.ts';
import { identifyMachine } from '../../state-machines/identify/identify.machine.ts';
import { oneTimeCodeMachine } from '../../state-machines/one-time-code/one-time-code.machine.ts';
import { paymentMachine } from '../../state-machines/payment/payment.machine.ts';
import { serviceMachine } from '../../state-machines/service/service.machine.ts';
import { sessionMachine } from '../../state-machines/session/session.machine.ts';
import type { SessionInput } from '../../state-machines/session/session.types.ts';
import { terminalMachine } from '../../state-machines/terminal/terminal.machine.ts';
import type { BootReply, RecoveredResult } from '../../state-machines/terminal/terminal.types.ts';
import { withdrawalMachine } from '../../state-machines/withdrawal/withdrawal.machine.ts';
import type { Device } from '../../drivers/interfaces/device.ts';
import { isRecycler } from '../../drivers/interfaces/cash-recycler.ts';
import type { Config } from '../contracts/config.ts';
import type { Language } from '../contracts/languages.ts';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import { createIdSource } from '../foundation/ids.ts';
import type { Log } from '../foundation/log.ts';
import type { ErrorCode } from '../foundation/error-catalogue.ts';
import type { Result } from '../foundation/outcome.ts';
import type { Random } from '../foundation/random.ts';
import type { HostCodec, HostLine } from '../host/bank-host.ts';
import type { Journal, JournalError } from '../journal/journal.ts';
import type { MirrorStatus } from '../journal/mirror.ts';
import { entry } from '../journal/journal.ts';
import { operationTiles } from './availability.ts';
import { tellActorFailure } from './actor-failures.ts';
import { AvailabilityWatch } from './availability-watch.ts';
import { CatalogueStore } from './catalogue-store.ts';
import { AcceptorDesk } from './cash/acceptor-desk.ts';
import { CoinDesk } from './cash/coin-desk.ts';
import { CassetteWatch } from './cash/cassette-watch.ts';
import { HeldOutcomes } from './cash/held-outcomes.ts';
import { isNoteExchangeOpen } from './cash/note-exchange.ts';
import { RecyclerDesk } from './cash/recycler-desk.ts';
import { seedCassettes } from './cash/seed-cassettes.ts';
import { UnitComparison } from './cash/unit-comparison.ts';
import type { CoreParts, TerminalDevices } from './core-parts.ts';
import { allDevices } from './core-parts.ts';
import { firstStates } from './first-states.ts';
import { DayReporter } from './day/day-reporter.ts';
import { giveUpOnDistrust } from './guards/distrusted-disk.ts';
import { firstPowerReading } from './guards/first-power-reading.ts';
import { LifeWatch } from './guards/life-watch.ts';
import { PowerClose } from './guards/power-close.ts';
import { SiteGuard } from './guards/site-guard.ts';
import { Troubles } from './guards/troubles.ts';
import { ConsentRecorder } from './desk/consent-recorder.ts';
import { FrontDesk } from './desk/front-desk.ts';
import { GuideLights } from './desk/guide-lights.ts';
import { ReceiptWitness } from './desk/receipt-witness.ts';
import { HostGateway } from './host/host-gateway.ts';
import { LinkKeeper } from './host/link-keeper.ts';
import { createDeliveries } from './host/outbox-deliveries.ts';
import { coinTaker } from './operations/coin-taker.ts';
import { cashInActors } from './operations/cash-in-actors.ts';
import { depositActors } from './operations/deposit-actors.ts';
import type { ServedSession } from './operations/operation-scope.ts';
import { paymentActors } from './operations/payment-actors.ts';
import { closeSession, identifyActors, oneTimeCodeActors, sessionActors } from './operations/session-actors.ts';
import { cashOutActors, withdrawalActors } from './operations/withdrawal-actors.ts';
import { JournalInspector } from './keeping/journal-inspector.ts';
import { JournalKeeper, type PolicySource } from './keeping/journal-keeper.ts';
import { tellCashIn } from './operations/tell-cash-in.ts';
import { chainOf } from './presenter/snapshot-chain.ts';
import { ReceiptIssuer } from './receipt-issuer.ts';
import { recover } from './recovery/recover.ts';
import { announceCutPayout } from './recovery/resolve-payout.ts';
import { JournalUnavailable, requireCommit } from './require-commit.ts';
import { serviceActors } from './service/service-actors.ts';
import { SuspenseReporter } from './suspense/suspense-reporter.ts';
import { StaffStore } from './service/staff-store.ts';

export interface TerminalOptions {
  readonly config: Config;
  /** SHA-256 of the configuration file, for the journal. */
  readonly configSha256: string;
  readonly softwareVersion: string;
  readonly bootId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly codec: HostCodec;
  readonly line: HostLine;
  readonly devices: TerminalDevices;
  readonly openJournal: () => Result<Journal, JournalError>;
  /** Absent: no retention policy, everything is kept. */
  readonly readPolicy?: PolicySource;
  /** Absent, or null: no second copy is configured. */
  readonly mirrorStatus?: () => MirrorStatus | null;
  /** This process can do no more, only another one: a second core, one that no longer believes its disk, or one whose power ends. Nobody is being served. */
  readonly onGiveUp?: (error: GiveUp) => void;
}

export interface GiveUp {
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface Terminal {
  readonly desk: FrontDesk;
  /** null until the journal is open. */
  readonly parts: () => CoreParts | null;
  /** True once boot and recovery are over. */
  readonly isReady: () => boolean;
  /** A note or a bunch is between two places, or lies where the customer takes it. */
  readonly isCashMoving: () => boolean;
  start(): void;
  stop(): Promise<void>;
}

const BOOT_RETRY_MS = 5_000;
/** The customer reads why before the screen goes with the process. */
const GIVE_UP_MS = 3_000;
const NOTICE_MS = 20_000;
/** [design architecture, "State machines"] */
const RECOVERED_RESULT_MS = 60_000;
/** Devices come up in a few seconds; one that never answers must not keep the terminal closed. */
const FIRST_STATES_MS = 10_000;
/** No such fact need be there: that the journal answers is the sign. */
const LIFE_FACT = 'life.sign';
const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;
const DEFAULT_DISPLAY = { lowReach: false, largeText: false, highContrast: false, voice: false };

/** The one place where the parts of a terminal are chosen and joined. */
export function composeTerminal(options: TerminalOptions): Terminal {
  const { config, clock, random, log, devices } = options;
  const ids = createIdSource(clock, random);
  const consents = new ConsentRecorder();
  const troubles = new Troubles(clock);
  let isGivingUp = false;
  /** Started before the journal is open. */
  const early = new Set<Device>();
  const startEarly = (device: Device | null) => {
    if (device === null || early.has(device)) return;
    early.add(device);
    device.start();
  };
  const site: SiteGuard = new SiteGuard({ devices, log, troubles, onChange: () => siteChanged() });
  const core: { parts: CoreParts | null; linkKeeper: LinkKeeper | null; staff: StaffStore | null; watch: AvailabilityWatch | null; keeper: JournalKeeper | null; inspector: JournalInspector | null; reporter: DayReporter | null; suspense: SuspenseReporter | null; comparison: UnitComparison | null; startedAtMs: number } = { parts: null, linkKeeper: null, staff: null, watch: null, keeper: null, inspector: null, reporter: null, suspense: null, comparison: null, startedAtMs: 0 };
  const parts = (): CoreParts => {
    assert(core.parts !== null, 'the core works only with an open journal');
    return core.parts;
  };
  const staff = (): StaffStore => {
    assert(core.staff !== null, 'staff is known only with an open journal');
    return core.staff;
  };

  const session = () => chainOf(terminal).chain.session;
  const served = (): ServedSession | null => {
    const context = session()?.context;
    return context === undefined ? null : { sessionId: context.sessionId, language: context.language };
  };
  const operationId = () => session()?.context.operationId ?? null;
  const isServing = () => session() !== null || (['opening', 'closing'] as const).some((state) => terminal.getSnapshot().matches(state));
  const isReady = () => !(['booting', 'recovering', 'showingRecovered', 'awaitingFirstStates', 'bootFailed'] as const).some((state) => terminal.getSnapshot().matches(state));
  /** No note is under way, and none is about to be. */
  const isQuiet = (journal: Journal, acceptorDesk: AcceptorDesk) => isReady() && !isServing() && journal.openOperationIds().length === 0 && !acceptorDesk.hasOpenOrders() && !isNoteExchangeOpen(journal);

  const boot = async (): Promise<BootReply> => {
    if (core.parts === null) {
      await firstPowerReading(devices.powerSupply, clock);
      // Begun now, it would end in the middle: devices stay untouched and the journal closed until the battery carries an orderly end.
      if (site.isBatteryLow) {
        startEarly(devices.switches);
        return { kind: 'failed', reason: 'power' };
      }
      const opened = options.openJournal();
      if (!opened.ok) {
        if (opened.error.code === 'JNL_HELD') giveUpSoon(opened.error, 0);
        return bootFailed(opened.error);
      }
      try {
        join(opened.value);
      } catch (error) {
        if (core.parts === null) opened.value.close();
        if (!(error instanceof JournalUnavailable)) throw error;
        return bootFailed(error.error);
      }
    }
    const distrust = parts().journal.distrust();
    if (distrust !== null) return bootFailed(distrust);
    troubles.set('journal', null);
    return { kind: 'ready' };
  };

  /** The operator's key works without a journal, too: who has it reads what is wrong. */
  const bootFailed = (error: JournalError): BootReply => {
    log.error('trm.boot.failed', { code: error.code, detail: error.detail });
    troubles.set('journal', error);
    if (core.parts === null) startEarly(devices.switches);
    return { kind: 'failed', reason: 'journal' };
  };

  const siteChanged = (): void => {
    core.watch?.look();
    desk?.refreshSoon();
    if (site.isBatteryLow && core.parts !== null) powerClose.begin();
  };

  const giveUpSoon = (error: GiveUp, delayMs: number): void => {
    if (isGivingUp) return;
    isGivingUp = true;
    // Another process must come; where the power ends nobody waits for it.
    if (error.code !== 'SIU_BATTERY_LOW') devices.watchdog?.leaveArmed();
    log.error('trm.core.givesUp', { code: error.code, detail: error.detail });
    clock.setTimeout(() => options.onGiveUp?.(error), delayMs);
  };

  const join = (journal: Journal): void => {
    // First of all: a journal that cannot be written leaves nothing half joined for the next try.
    requireCommit(journal, { entries: [entry('terminal.started', { softwareVersion: options.softwareVersion, bootId: options.bootId, configSha256: options.configSha256 })] });
    seedCassettes({ config, journal });
    const gateway = new HostGateway({ terminalId: config.terminal.terminalId, codec: options.codec, line: options.line, journal, clock, random, ids, log, answerTimeoutMs: config.host.answerTimeoutMs });
    const catalogue = new CatalogueStore(journal, log);
    const deliveries = createDeliveries({ journal, gateway, clock, random, ids, log, limits: { countMax: config.limits.queueCountMax, ageMsMax: config.limits.queueAgeMsMax, sumMinorMax: config.limits.queueSumMinorMax } });
    const receipts = new ReceiptIssuer({ config, journal, gateway, printer: devices.printer, clock, log });
    const cassettes = new CassetteWatch({ dispenser: devices.dispenser, log, configured: config.devices.dispenser?.cassettes ?? [] });
    const heldOutcomes = new HeldOutcomes({ journal, clock, log });
    const acceptorDesk = new AcceptorDesk({ acceptor: devices.acceptor, journal, heldOutcomes, clock, ids, log });
    const coinDesk = new CoinDesk({ acceptor: devices.coinAcceptor, boxCapacity: config.devices.coinAcceptor?.capacityCoins ?? 0, journal, heldOutcomes, clock, ids, log });
    const recyclerDesk = !isRecycler(devices.acceptor) || config.devices.recycler === undefined ? null : new RecyclerDesk({ recycler: devices.acceptor, config: config.devices.recycler, journal, clock, ids, log });
    const suspense = (core.suspense = new SuspenseReporter({ journal, gateway, clock, log, onDecided: () => desk.refreshSoon() }));
    const unitComparison = (core.comparison = new UnitComparison({ parts: { config, clock, log, journal, devices, recyclerDesk }, isQuiet: () => isQuiet(journal, acceptorDesk) }));
    core.parts = { config, clock, random, ids, log, journal, heldOutcomes, devices, gateway, deliveries, acceptorDesk, coinDesk, cassettes, recyclerDesk, unitComparison, receipts, consents, catalogue, suspense, site, journalCare: { mirror: () => options.mirrorStatus?.() ?? null, policyProblem: () => core.keeper?.policyProblem ?? null } };
    core.staff = new StaffStore({ journal, gateway, random, log });
    core.linkKeeper = new LinkKeeper({ gateway, catalogue, staff: core.staff, clock, heartbeatMs: config.host.heartbeatMs, softwareVersion: options.softwareVersion, configVersion: options.configSha256.slice(0, 16), onSignedOn: () => suspense.ask(), onHeard: () => void (journal.openOperationIds().length > 0 && terminal.send({ type: 'recovery.due' })), backlog: () => deliveries.backlog() });
    core.startedAtMs = clock.monotonicMs();
    site.join(journal, () => gateway.draft('device.exception', { kind: 'security', deviceId: devices.switches?.deviceId ?? '', errorCode: 'SIU_TAMPERED', detail: 'tamper contact' }, NOBODY));
    announceCutPayout(core.parts);
    for (const device of allDevices(devices)) if (!early.has(device)) device.start();
    deliveries.start(); // first: what is on the wire now is an earlier life's
    core.linkKeeper.start();
    core.watch = new AvailabilityWatch({ parts: core.parts, troubles, onChange: (availability) => terminal.send({ type: 'availability.changed', availability }), onAny: () => desk.refreshSoon(), onHostStop: (stop) => tellCashIn(terminal, stop) });
    core.watch.start();
    core.reporter = new DayReporter({ journal, gateway, clock, log });
    core.reporter.start();
    suspense.start();
    core.keeper = new JournalKeeper({ journal, terminalId: config.terminal.terminalId, readPolicy: options.readPolicy ?? (() => null), isIdle: () => session() === null, clock, log });
    core.inspector = new JournalInspector({ journal, isIdle: () => session() === null, clock, log });
    if (options.readPolicy !== undefined) for (const care of [core.keeper, core.inspector]) care.start();
    recyclerDesk?.onMoved(() => core.watch?.look());
    unitComparison.start();
    wireEvents(core.parts, terminal, desk);
    giveUpOnDistrust({ journal, terminal, giveUp: (error) => giveUpSoon(error, GIVE_UP_MS) });
  };

  const openSession = (language: Language): SessionInput => {
    const sessionId = ids.ulid();
    requireCommit(parts().journal, { entries: [entry('session.started', { language }, { sessionId })] });
    const { limits } = config;
    const dispenser = devices.dispenser?.capabilities;
    return {
      sessionId, language, display: DEFAULT_DISPLAY, patienceMs: limits.patienceMs, farewellMs: limits.farewellMs, takeReceiptMs: limits.takeReceiptMs, isPaperAvailable: parts().receipts.isPaperAvailable,
      cashOut: { canRetract: dispenser?.retractArea ?? false, hasTakenSensor: dispenser?.itemsTakenSensor ?? false, takeTimeoutMs: limits.takeCashMs, bunchNotesMax: devices.dispenser?.presenter?.bunchNotesMax ?? null },
    };
  };

  const cashIn = cashInMachine.provide({ actors: cashInActors(parts, served, () => desk.toast('toast.noteReturned')) });
  const machine = terminalMachine.provide({
    actors: {
      boot: fromPromise<BootReply, void>(() => boot()),
      recover: fromPromise<RecoveredResult | null, void>(({ signal }) => recover(parts(), signal)),
      awaitFirstStates: fromPromise<void, void>(() => firstStates(parts(), core.startedAtMs + FIRST_STATES_MS - clock.monotonicMs())),
      openSession: fromPromise<SessionInput, { readonly language: Language }>(({ input }) => Promise.resolve().then(() => openSession(input.language))),
      closeSession: fromPromise<void, { readonly sessionId: string; readonly reason: string }>(({ input }) => Promise.resolve().then(() => closeSession(parts(), input))),
      enterService: fromPromise<void, void>(() => Promise.resolve().then(() => requireCommit(parts().journal, { entries: [entry('service.entered', { by: 'operatorKey' })] }))),
      service: serviceMachine.provide({ actors: serviceActors(parts, staff), actions: { askForDecisions: () => void parts().suspense.ask() } }),
      session: sessionMachine.provide({
        actors: {
          ...sessionActors(parts, () => desk.toast('toast.noPaper')),
          identify: identifyMachine.provide({ actors: identifyActors(parts, served, operationId) }),
          oneTimeCode: oneTimeCodeMachine.provide({ actors: oneTimeCodeActors(parts, served, operationId) }),
          deposit: depositMachine.provide({ actors: { ...depositActors(parts, served), cashIn } }),
          payment: paymentMachine.provide({ actors: { ...paymentActors(parts, served), cashIn } }),
          withdrawal: withdrawalMachine.provide({ actors: { ...withdrawalActors(parts, served), cashOut: cashOutMachine.provide({ actors: cashOutActors(parts, served) }) } }),
        },
      }),
    },
  });

  const terminal: ActorRefFrom<typeof terminalMachine> = createActor(machine, {
    clock: { setTimeout: (callback: () => void, delayMs: number) => clock.setTimeout(callback, delayMs) as never, clearTimeout: (handle: unknown) => clock.clearTimeout(handle) },
    input: { bootRetryMs: BOOT_RETRY_MS, recoveredResultMs: RECOVERED_RESULT_MS, noticeMs: NOTICE_MS, serviceInactivityMs: config.limits.serviceInactivityMs },
    // Every machine of the system: the screen follows the deepest one.
    inspect: (inspected) => {
      if (inspected.type !== '@xstate.snapshot') return;
      tellActorFailure(inspected.snapshot, { clock, log });
      desk?.refreshSoon();
      core.parts?.coinDesk.lookSoon();
    },
  });
  const desk: FrontDesk = new FrontDesk({
    terminal, clock, consents,
    witness: new ReceiptWitness({ clock, onGiven: (receiptNumber) => parts().receipts.given(receiptNumber, 'screen') }),
    identity: { number: config.terminal.number, helpNumber: config.terminal.helpNumber },
    world: () => ({ parts: core.parts, operationTiles: () => (core.parts === null ? [] : operationTiles(core.parts)), troubles: troubles.all, softwareVersion: options.softwareVersion }),
  });

  wireSwitches(devices, terminal);
  const guideLights = devices.lights === null ? null : new GuideLights({ lights: devices.lights, log });
  desk.onModel((model) => guideLights?.follow(model));
  const isCashMoving = () => chainOf(terminal).chain.cashOut !== null || core.parts?.acceptorDesk.hasOpenOrders() === true || core.parts?.recyclerDesk?.isPayoutOpen === true;
  const powerClose = new PowerClose({
    clock, log,
    isServing,
    isCashMoving,
    onBegin: () => site.beginClosing(),
    endVisit: () => chainOf(terminal).actors.session?.send({ type: 'terminal.closing' }),
    onClosed: () => giveUpSoon({ code: 'SIU_BATTERY_LOW', detail: 'the battery of the UPS is nearly empty' }, 0),
  });
  const lifeWatch = new LifeWatch({
    watchdog: devices.watchdog, clock, log,
    areMachinesRunning: () => terminal.getSnapshot().status === 'active',
    askJournal: () => void core.parts?.journal.fact(LIFE_FACT),
    // Nobody is waited for, and the screen stands still.
    busyWith: () => (session() !== null && desk.model.timeLimit === null ? `${desk.model.screen} ${desk.model.revision}` : null),
  });

  return {
    desk,
    parts: () => core.parts,
    isReady,
    isCashMoving,
    start: () => {
      startEarly(devices.watchdog);
      startEarly(devices.powerSupply);
      terminal.start();
      lifeWatch.start();
      desk.refresh();
    },
    stop: async () => {
      core.watch?.stop();
      core.watch = null;
      core.keeper?.stop();
      core.inspector?.stop();
      core.reporter?.stop();
      core.suspense?.stop();
      core.comparison?.stop();
      core.parts?.recyclerDesk?.stop();
      core.linkKeeper?.stop();
      terminal.stop();
      core.parts?.heldOutcomes.end();
      await core.parts?.coinDesk.stop();
      await core.parts?.deliveries.stop();
      core.parts?.gateway.close();
      await Promise.all(allDevices(devices).filter((device) => device !== devices.watchdog).map((device) => device.stop()));
      await options.line.close();
      core.parts?.heldOutcomes.write();
      core.parts?.journal.commit({ entries: [entry('terminal.stopped', { reason: site.isClosing ? 'batteryLow' : 'asked to' })] });
      core.parts?.journal.close();
      // Last: a stop that hangs is a core that hangs.
      lifeWatch.stop();
      await devices.watchdog?.stop();
    },
  };
}

function wireSwitches({ switches }: TerminalDevices, terminal: ActorRefFrom<typeof terminalMachine>): void {
  switches?.onChange((change) => {
    if (change.name !== 'operatorKey') return;
    terminal.send({ type: 'key.turned', on: change.on });
    const { chain, actors } = chainOf(terminal);
    if (chain.service !== null) (actors.deepest as { send(event: object): void }).send({ type: 'key.turned', on: change.on });
  });
}

/** Device and link events find the machine in front of the customer. */
function wireEvents(parts: CoreParts, terminal: ActorRefFrom<typeof terminalMachine>, desk: FrontDesk): void {
  const toCashIn = (event: Parameters<NonNullable<Parameters<AcceptorDesk['attach']>[0]>>[0]) => {
    const { chain, actors } = chainOf(terminal);
    // What nobody decides about (the mouth is just being opened) would lie in escrow for whoever comes next.
    if (chain.cashIn === null || (event.type === 'acceptor.noteEscrowed' && !chain.cashIn.can(event))) {
      if (event.type === 'acceptor.noteEscrowed') void parts.devices.acceptor?.return(event.note.noteId);
      return;
    }
    // A note is a sign of life; a device that fails and comes back, again and again, is not: it must not keep the session of somebody who left.
    if (event.type !== 'acceptor.stopped' && event.type !== 'acceptor.resumed' && event.type !== 'acceptor.noteFound') actors.session?.send({ type: 'presence.felt' });
    (actors.deepest as { send(event: object): void }).send(event);
    if (event.type === 'acceptor.noteRejected') desk.toast('toast.noteRejected');
  };
  parts.acceptorDesk.attach(toCashIn);
  parts.coinDesk.attach(() => coinTaker(terminal), () => {
    if (chainOf(terminal).chain.cashIn !== null) desk.toast('toast.coinRejected');
  });
  parts.gateway.onLink(() => desk.refreshSoon());
  parts.devices.dispenser?.presenter?.onItemsTaken(() => {
    const { chain, actors } = chainOf(terminal);
    if (chain.cashOut !== null) (actors.deepest as { send(event: object): void }).send({ type: 'dispenser.itemsTaken' });
  });
  parts.devices.printer?.onStatus(() => {
    chainOf(terminal).actors.session?.send({ type: 'paper.changed', isAvailable: parts.receipts.isPaperAvailable });
    desk.refreshSoon();
  });
}
