import { createHash } from 'node:crypto';
import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import type { CoreParts } from '../../main/core/core-parts.ts';
import type { PolicySource } from '../../main/core/keeping/journal-keeper.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Journal, JournalEntry } from '../../main/journal/journal.ts';
import { Aftermath } from './aftermath.ts';
import type { Chance } from './chance.ts';
import { checkAfterLoss } from './checkers/after-loss.ts';
import { checkSettled } from './checkers/all-checkers.ts';
import { checkClosedJournal } from './checkers/closed-journal.ts';
import type { Finding } from './checkers/findings.ts';
import type { JournalMoney } from './checkers/journal-money.ts';
import { readJournalMoney } from './checkers/journal-money.ts';
import { PlaceWatch } from './checkers/place-watch.ts';
import { PromiseWatch } from './checkers/promises.ts';
import { SAMPLE_PERSONAL, SecretWatch } from './checkers/secret-watch.ts';
import { showJournal } from './checkers/secrets-in-journal.ts';
import { VisitWatch } from './checkers/visits.ts';
import type { CoreLife } from './core-life.ts';
import { createCoreLife } from './core-life.ts';
import type { WorldFigures } from './course-figures.ts';
import { courseFigures } from './course-figures.ts';
import { serveCustomer } from './customer.ts';
import { drawPlan } from './customer-plan.ts';
import { drawLeftOut } from './left-out-devices.ts';
import { drawRest, PURGED_MS, SEAL_HELD_MS, shortestPolicy, withPurged, type LongRest } from './long-rest.ts';
import { bringBack, drawLostDisk, loseDisk, type LostDisk } from './lost-disk.ts';
import { retryParked } from './message-technicians.ts';
import { endOpenExchange } from './note-technician.ts';
import { PlaceHands } from './place-hands.ts';
import { clearTamper } from './place-staff.ts';
import { drawTroubles, FailingDisk, FOR_STAFF, loseCount, switchPower, WrongClock, type FaultTargets, type PlannedFault } from './random-faults.ts';
import { repairAll } from './repair.ts';
import { meetOverMessage, tendCash } from './staff-round.ts';
import type { StaffVisit } from './staff-visit.ts';
import { inOneLife, isAtRest, isDrained, isInService, quietDevices } from './terminal-signs.ts';
import { decideAtBank, hearDecisions, settleHere } from './suspense-settler.ts';
import { firstLines } from './thrown.ts';
import { endInOrder } from './untimely.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
import { createVirtualTerminal, type VirtualTerminal } from './virtual-terminal.ts';
import { courseOf } from './world-course.ts';
import type { DiceName } from './world-dice.ts';
import { worldDice } from './world-dice.ts';
import { hardwareOptions } from './world-hardware.ts';
import type { WorldOptions } from './world-options.ts';

/** Friday, ten in the morning at the terminal. */
export const WORLD_START_UTC_MS = Date.UTC(2026, 3, 24, 5, 0, 0);
const BOOT_LIMIT_MS = 5 * 60_000;
const REST_LIMIT_MS = 15 * 60_000;
const DRAIN_LIMIT_MS = 3 * 3_600_000;
/** After a start a comparison that came too early is made again after ten seconds. */
const COMPARED_MS = 12_000;
const RETRY_ROUNDS = 2;
/** Where money is about to move or moving: most faults strike here. */
const MONEY_SCREENS: readonly ScreenModel['screen'][] = ['cash-in-intro', 'confirm', 'cash-in', 'cash-in-leave', 'change-choice', 'cash-out-amount', 'processing', 'take-cash'];
/** Rarer than in the field: a quiet hour of heartbeats shows nothing and costs most of the time. */
const HEARTBEAT_MS = 60_000;
const DAY_MS = 86_400_000;
/** From this start of the core on it writes with another data key, and reads what the first one sealed. */
const ROTATED_LIFE = 3;

/** One terminal, its bank and its customers, from the first boot until everything has settled; then it is looked at. */
export class SimulatedWorld {
  readonly clock: VirtualClock;
  readonly #options: WorldOptions;
  readonly #disk = new FailingDisk();
  readonly #wrongClock = new WrongClock();
  readonly #secrets = new SecretWatch(SAMPLE_PERSONAL);
  readonly #promises = new PromiseWatch();
  readonly #visits = new VisitWatch();
  readonly #screens = createHash('sha256');
  readonly #findings: Finding[] = [];
  readonly #struck: { readonly id: string; readonly name: string }[] = [];
  #life: CoreLife;
  readonly #aftermath: Aftermath;
  /** null: nothing tells of the place. */
  readonly #place: { readonly hands: PlaceHands; readonly watch: PlaceWatch } | null;
  #virtual: VirtualTerminal;
  readonly #parts = (): CoreParts | null => (this.#life.isOver ? null : this.#virtual.terminal.parts());
  #lives = 0;
  /** Of this session: each has its own, so that leaving one out changes no other's customer. */
  #chance: Chance;
  #pendingFaults: readonly PlannedFault[] = [];
  #moneySteps = 0;
  #losesPower = false;
  readonly #rest: LongRest | null;
  readonly #lostDisk: LostDisk | null;
  /** Devices that the configuration of a start leaves out. */
  #leftOutOf: ReturnType<typeof drawLeftOut>;
  readonly #policy: PolicySource;
  #beforeRest: readonly JournalEntry[] = []; // all entries of before it; some are purged since
  #isRestored = false; // its end may be lost, though nothing of money is in it
  #beforeLoss: JournalMoney | null = null; // of the journal whose end was lost with whatever was in it
  /** What the check at the end read, for the figures. */
  #checked: { readonly entries: readonly JournalEntry[]; readonly isChainIntact: boolean } | null = null;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.clock = createVirtualClock({ startUtcMs: WORLD_START_UTC_MS });
    this.#chance = this.#diceOf(0, 'start');
    this.#policy = shortestPolicy(options.pki);
    this.#rest = options.faults === 'all' ? drawRest(this.#diceOf(0, 'rest')) : null;
    this.#lostDisk = options.faults === 'all' ? drawLostDisk(this.#diceOf(0, 'disk')) : null;
    this.#leftOutOf = drawLeftOut(options.faults, (start) => this.#diceOf(start, 'config'));
    this.#life = createCoreLife(this.clock);
    this.#virtual = this.#compose();
    const { place } = this.#virtual.surroundings;
    this.#place = place === null ? null : { hands: new PlaceHands({ clock: this.clock, place, onEmpty: () => this.#losePower() }), watch: new PlaceWatch({ clock: this.clock, place }) };
    this.#aftermath = new Aftermath({ clock: this.clock, surroundings: this.#virtual.surroundings, die: () => this.#life.end() });
  }

  async run(sessionCount: number): Promise<WorldFigures> {
    let sessions = 0;
    try {
      if (!(await this.until(() => isAtRest(this.#model) && this.#virtual.terminal.isReady() && isInService(this.#model), BOOT_LIMIT_MS))) this.#find('session', `not in service after the boot: ${this.#model.screen}`);
      for (let session = 0; session < sessionCount && this.#findings.length === 0; session += 1) {
        if (this.#rest?.beforeSession === session) await this.#standDark(this.#rest);
        if (this.#lostDisk?.beforeSession === session) await this.#replaceDisk(this.#lostDisk);
        if (this.#options.keepSessions?.includes(session) === false) continue;
        sessions += 1;
        await this.#serveOne(session);
      }
      await this.#settle();
      this.#check(this.#journal);
    } catch (error) {
      this.#find('crash', error instanceof Error ? firstLines(error) : String(error));
    }
    return this.#close(sessions);
  }

  async #close(sessions: number): Promise<WorldFigures> {
    const { seed, journalPath } = this.#options;
    const journal = this.#virtual.journal();
    // Read and verified once; again only where the check itself was not reached.
    const entries = this.#checked?.entries ?? (journal === null ? [] : this.#readMoney(journal).entries);
    const isChainIntact = this.#checked?.isChainIntact ?? journal?.verify().ok === true;
    const figures: WorldFigures = {
      sessions, faultsInjected: this.#struck, restarts: this.#lives - 1, findings: [...this.#findings, ...this.#secrets.findings],
      ...courseFigures(entries),
      digest: this.#screens.update(isChainIntact ? courseOf(entries) : 'broken').digest('hex'), virtualMs: this.clock.monotonicMs(),
    };
    await this.#endLife();
    this.#virtual.surroundings.bank.database.close();
    return { ...figures, findings: [...figures.findings, ...(journal === null || figures.findings.length > 0 ? [] : await checkClosedJournal({ seed, journalPath, terminal: this.#virtual.config.terminal, policy: this.#policy, sealer: this.#virtual.sealer, endUtcMs: this.clock.nowUtcMs(), chance: this.#diceOf(0, 'copy') }))] };
  }

  /** As `runUntil` of the clock, over deaths of the core: each is followed by a start after a while. */
  async until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.clock.monotonicMs() + limitMs;
    for (;;) {
      await this.clock.runUntil(() => this.#life.isOver || isDone(), Math.max(0, endMs - this.clock.monotonicMs()));
      if (!this.#life.isOver) return isDone();
      await this.#restart();
    }
  }

  get #model(): ScreenModel {
    return this.#virtual.terminal.desk.model;
  }

  get #journal(): Journal {
    const journal = this.#virtual.journal();
    if (journal === null) throw new Error('the journal of this world was never opened');
    return journal;
  }

  #diceOf(session: number, what: DiceName): Chance {
    return worldDice({ seed: this.#options.seed, session, what });
  }

  #visit(chance: Chance): StaffVisit {
    return {
      chance, parts: this.#parts, surroundings: this.#virtual.surroundings, until: (isDone, limitMs) => this.until(isDone, limitMs), killCore: () => this.#life.end(), dieAtCommit: (plan) => this.#life.dieAtCommit(plan),
      wait: async (forMs) => {
        const endMs = this.clock.monotonicMs() + forMs;
        await this.until(() => this.clock.monotonicMs() >= endMs && this.#parts() !== null, BOOT_LIMIT_MS);
      },
    };
  }

  async #serveOne(session: number): Promise<void> {
    const chance = (this.#chance = this.#diceOf(session, 'customer'));
    const { bank, acceptor, dispenser, printer, coins } = this.#virtual.surroundings;
    // A new banking day now and then, so that the daily limit of the few sample clients is not all that is ever seen.
    if (session % 4 === 3) this.#beginDay(session);
    const plan = drawPlan(chance, { only: this.#options.onlyOperation, hasCoins: coins !== null, leaving: this.#diceOf(session, 'leaving') });
    const [targets, operation] = [this.#targets(), plan.operations[0] ?? 'op-01'] as const;
    this.#pendingFaults = drawTroubles(this.#options.faults, targets, operation, session, (what) => this.#diceOf(session, what)).filter((fault) => this.#options.keepFaults?.includes(fault.id) !== false);
    this.#moneySteps = -1;
    this.#visits.begin(session, { acceptor, dispenser });
    const served = await serveCustomer(
      {
        clock: this.clock, chance, bank, acceptor, dispenser, printer, coinAcceptor: coins?.acceptor ?? null, hoppers: coins?.hoppers ?? [], until: (isDone, limitMs) => this.until(isDone, limitMs), terminal: () => this.#virtual.terminal, noteSecret: (digits) => this.#secrets.noteCode(digits),
        beforeStep: (step) => this.#strike(step),
      },
      plan,
    );
    if (!served.hasEnded) this.#find('session', `session ${session} has not ended; the screen is ${served.lastScreen}`);
    this.#pendingFaults = this.#pendingFaults.filter(({ at }) => at === FOR_STAFF);
    this.#aftermath.forget();
    await this.#strike(0);
    dispenser.control({ do: 'takeNotes' });
    this.#visits.end({ acceptor, dispenser });
    for (const hopper of coins?.hoppers ?? []) hopper.control({ do: 'takeCoins' });
    printer.control({ do: 'takeReceipt' });
    if (this.#options.faults !== 'none' && chance.isOnce(85)) await this.#repair(this.#visit(this.#diceOf(session, 'security')), this.#diceOf(session, 'path').isOnce(50));
    await this.clock.advance(chance.between(500, 8_000));
    await this.#strike(FOR_STAFF.step);
    decideAtBank(bank.suspense, this.#diceOf(session, 'decision'));
    if (!this.#life.isOver) settleHere(this.#virtual.terminal.parts(), { chance: this.#diceOf(session, 'settlement'), dieAtNextCommit: (when) => this.#life.dieAtCommit({ commitsLeft: 1, when }) });
    const round = { visitOf: (what: 'tending' | 'notes' | 'meeting') => this.#visit(this.#diceOf(session, what)), isFree: () => isAtRest(this.#model) };
    await tendCash(round);
    if (this.#options.faults !== 'none') loseCount(this.#virtual.surroundings, this.#diceOf(session, 'counts'));
    await meetOverMessage(round);
    if (session % 3 === 1) await hearDecisions(round.visitOf('meeting'));
  }

  #beginDay(session: number): void {
    const restedDays = this.#beforeRest.length === 0 ? 0 : (this.#rest?.days ?? 0);
    this.#virtual.surroundings.bank.businessDay.set(new Date(WORLD_START_UTC_MS + (session + restedDays) * DAY_MS).toISOString().slice(0, 10));
  }

  /** Switched off in good order; what waited still waits, what was in doubt still is. */
  async #standDark({ beforeSession, days }: LongRest): Promise<void> {
    if (this.#place !== null) await this.#repair(this.#visit(this.#diceOf(beforeSession, 'rest')));
    this.#disk.heal(); // a full one opens no journal
    await this.until(() => false, SEAL_HELD_MS).then(() => this.until(() => this.#virtual.journal() !== null, BOOT_LIMIT_MS)); // after a give-up
    this.#beforeRest = readJournalMoney(this.#journal).entries;
    this.#life.end();
    this.clock.jumpWallClock(days * DAY_MS);
    this.#beginDay(beforeSession);
    await this.#restart();
    await this.until(() => false, PURGED_MS);
  }

  /** A core that is started with what is left of the journal serves nobody, and begins no other. */
  async #replaceDisk(lost: LostDisk): Promise<void> {
    const { journalPath, seed } = this.#options;
    this.#disk.heal();
    await this.until(() => this.#virtual.journal() !== null, BOOT_LIMIT_MS);
    if (lost.lacksCommits > 0) this.#beforeLoss = this.#readMoney(this.#journal);
    await this.#endLife();
    await loseDisk(lost, journalPath);
    await this.#restart();
    await this.clock.advance(BOOT_LIMIT_MS);
    if (this.#virtual.journal() !== null || isInService(this.#model)) this.#find('chain', `a core goes on where the disk left ${lost.leaves} of its journal`);
    this.#life.end();
    const restoredCount = await bringBack({ journalPath, terminalNumber: this.#virtual.config.terminal.number, clock: this.clock, sealer: this.#virtual.sealer, bootId: `restore-${seed}` });
    this.#isRestored = true;
    this.#beforeRest = this.#beforeRest.slice(0, restoredCount);
    await this.#restart();
  }

  #readMoney(journal: Journal): JournalMoney {
    return readJournalMoney(withPurged(this.#beforeRest, journal), this.#beforeRest.length || null);
  }

  /** Faults whose step has come strike; a dead core comes back. */
  async #strike(step: number): Promise<void> {
    if (MONEY_SCREENS.includes(this.#model.screen)) this.#moneySteps += 1;
    const isDue = ({ at }: PlannedFault) => ('step' in at ? at.step <= step : at.moneyStep <= this.#moneySteps);
    const due = this.#pendingFaults.filter(isDue);
    this.#pendingFaults = this.#pendingFaults.filter((fault) => !due.includes(fault));
    for (const fault of due) {
      this.#struck.push({ id: fault.id, name: fault.name });
      fault.strike();
    }
    if (this.#life.isOver) await this.#restart();
  }

  #targets(): FaultTargets {
    return {
      surroundings: this.#virtual.surroundings, disk: this.#disk, wrongClock: this.#wrongClock, clock: this.clock, parts: this.#parts, endInOrder: () => endInOrder(this.#virtual.terminal, this.#life),
      dieAtCommit: (plan) => this.#life.dieAtCommit(plan),
      dieNow: () => this.#life.end(),
      dieAfterDeviceFault: (afterMs) => this.#aftermath.plan(afterMs),
      losePowerAtCommit: (plan) => {
        this.#losesPower = true;
        this.#life.dieAtCommit(plan);
      },
      failSync: (plan) => this.#life.failSync(plan),
      placeHands: this.#place?.hands ?? null,
    };
  }

  #losePower(): void {
    this.#losesPower = true;
    this.#life.end();
  }

  /** @param staff  who clears what was tampered with */
  async #repair(staff: StaffVisit, looksInside = true): Promise<void> {
    await repairAll(this.clock, this.#targets(), () => (this.#life.isOver ? undefined : this.#virtual.terminal.parts()?.devices), looksInside);
    if (this.#place === null) return;
    await this.until(() => staff.parts() !== null, BOOT_LIMIT_MS);
    await clearTamper(staff);
  }

  /** Everything right again; the queue runs empty, what was parked is tried once more by a technician. */
  async #settle(): Promise<void> {
    if (this.#leftOutOf(this.#lives).length > 0) this.#life.end();
    this.#leftOutOf = () => [];
    const staff = { ...this.#visit(this.#diceOf(0, 'start')), dieAtCommit: () => {}, killCore: () => {} };
    await inOneLife(() => this.#lives, () => this.#repair(staff).then(() => this.until(() => this.#parts() !== null, BOOT_LIMIT_MS)));
    this.#virtual.surroundings.bank.clearFaults();
    if (!(await this.until(() => isAtRest(this.#model) && this.#virtual.journal() !== null, REST_LIMIT_MS))) this.#find('session', `at the end the screen is ${this.#model.screen}`);
    await endOpenExchange(staff);
    const hasDrained = () => isDrained(this.#virtual.journal());
    await this.until(hasDrained, DRAIN_LIMIT_MS);
    // Again where the core died of the very commit of it: a technician looks whether it is gone.
    for (let round = 0; round < RETRY_ROUNDS; round += 1) {
      await retryParked(staff);
      await this.until(hasDrained, DRAIN_LIMIT_MS);
    }
    await hearDecisions(staff);
    if (!(await this.until(() => isInService(this.#model), REST_LIMIT_MS))) this.#find('session', `not in service after everything was put right: ${JSON.stringify(this.#model.screen)}`);
    await inOneLife(() => this.#lives, () => this.until(() => false, COMPARED_MS)); // what counts for itself, and came back, was asked for its counts by then
    await this.until(() => this.#virtual.journal() !== null, BOOT_LIMIT_MS); // after a give-up, once the UPS has said its first word
  }

  #check(journal: Journal): void {
    const money = this.#readMoney(journal);
    showJournal(this.#secrets, { entries: money.entries, journal, journalPath: this.#options.journalPath });
    const { surroundings } = this.#virtual;
    const found = this.#beforeLoss !== null ? checkAfterLoss({ surroundings, journal, money, before: this.#beforeLoss }) : [...checkSettled({ surroundings, journal, money, shown: this.#promises.shown, isQuiet: quietDevices(this.#virtual.terminal.parts()) }), ...this.#visits.check(surroundings, money)];
    this.#checked = { entries: money.entries, isChainIntact: !found.some(({ rule }) => rule === 'chain') };
    this.#findings.push(...found, ...this.#disk.disk.findings, ...(this.#place?.watch.findings ?? []));
  }

  async #restart(): Promise<void> {
    const { surroundings } = this.#virtual;
    const isPowerOut = this.#losesPower;
    this.#losesPower = false;
    if (isPowerOut) switchPower(surroundings, 'powerOff');
    await this.#endLife();
    await this.clock.advance(this.#chance.between(500, 20_000));
    if (isPowerOut) {
      switchPower(surroundings, 'powerOn');
      this.#place?.hands.bringBackMains();
    }
    this.#disk.endFailures();
    this.#virtual = this.#compose(surroundings);
    // The battery was empty before this one had begun.
    if (this.#losesPower) this.#life.end();
  }

  /** Lets run out what is left of the dead core before its file is closed. */
  async #endLife(): Promise<void> {
    this.#life.end();
    await this.clock.advance(0);
    this.#virtual.journal()?.close();
  }

  #compose(surroundings?: VirtualTerminal['surroundings']): VirtualTerminal {
    this.#lives += 1;
    const { seed, pki, signer, journalPath, sabotage, hardware } = this.#options;
    const firmware = this.#diceOf(0, 'firmware');
    const life = (this.#life = createCoreLife(this.clock, { wallOffsetMs: () => this.#wrongClock.offsetMs, readBack: (commit) => this.#disk.readBack(commit) }));
    const virtual = createVirtualTerminal({
      clock: this.clock, seed: seed * 1_000 + this.#lives * 2, pki, signer, journalPath, ...hardwareOptions(hardware), leftOut: this.#leftOutOf(this.#lives), life, bootId: `boot-${seed}-${this.#lives}`, journalKeyId: this.#lives < ROTATED_LIFE ? 'world' : 'world-2', journalFaults: this.#disk, log: this.#log(), heartbeatMs: HEARTBEAT_MS, hasCardLikeReferences: seed % 5 === 4, ...(this.#options.faults === 'all' ? { firmwareDiffers: () => firmware.isOnce(35) } : {}),
      // The process ends with an exit code, and is started again. Before the battery is empty it ends in good order; where the disk failed, what it would have put away first the next start does.
      onGiveUp: ({ code }) => (code === 'SIU_BATTERY_LOW' ? endInOrder(virtual.terminal, life) : life.end()),
      onJournal: (journal) => this.#watch(journal),
      ...(surroundings === undefined ? {} : { surroundings }), ...(this.#rest === null ? {} : { readPolicy: this.#policy }),
      ...(sabotage === undefined ? {} : { sabotage }),
    });
    virtual.terminal.desk.onModel((model) => {
      if (!life.isOver) this.#see(model);
    });
    virtual.terminal.start();
    return virtual;
  }

  #watch(journal: Journal): void {
    this.#visits.coreStarted(journal);
    const watch = this.#place?.watch;
    watch?.coreStarted(this.#isRestored ? journal : null);
    if (watch !== undefined) journal.onCommitted((entries) => watch.take(entries, { isReadBack: this.#disk.isReadBack }));
  }

  #see(model: ScreenModel): void {
    const text = JSON.stringify(model);
    this.#screens.update(text);
    this.#secrets.look(`screen ${model.screen}`, text);
    this.#promises.look(model);
  }

  #log(): Log {
    const line = (event: string, fields?: object) => this.#secrets.look(`log ${event}`, JSON.stringify({ event, ...fields }));
    return { error: line, warn: line, info: line, debug: () => {} };
  }

  #find(rule: Finding['rule'], detail: string): void {
    this.#findings.push({ rule, detail });
  }
}
