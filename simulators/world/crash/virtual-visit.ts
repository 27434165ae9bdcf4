import type { HostOperation } from '../../../main/contracts/host-operations.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Signer } from '../../../main/host/signing/signer.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { SamplePki } from '../../bank-host/pki.ts';
import { checkSettled } from '../checkers/all-checkers.ts';
import { readJournalMoney } from '../checkers/journal-money.ts';
import { PlaceWatch } from '../checkers/place-watch.ts';
import { PromiseWatch } from '../checkers/promises.ts';
import { VisitWatch } from '../checkers/visits.ts';
import { createCoreLife } from '../core-life.ts';
import { PlaceHands } from '../place-hands.ts';
import { clearTamper } from '../place-staff.ts';
import { FailingDisk, heal, switchPower, WrongClock } from '../random-faults.ts';
import type { DeviceSimulator, OpenedFrame } from '../../simulator.ts';
import type { Sabotage } from '../sabotage/sabotage.ts';
import { seededRandom } from '../seeded-random.ts';
import { WORLD_START_UTC_MS } from '../simulated-world.ts';
import type { StaffVisit } from '../staff-visit.ts';
import { isAtRest, isDrained, isInService, newestCode, undelivered } from '../terminal-signs.ts';
import { endInOrder } from '../untimely.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import type { Surroundings, VirtualTerminal } from '../virtual-terminal.ts';
import { createVirtualTerminal } from '../virtual-terminal.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { hardwareOptions, WORLD_HARDWARE } from '../world-hardware.ts';
import type { CrashCell } from './crash-cells.ts';
import type { CrashPoint } from './crash-plan.ts';
import { CellTrouble } from './cell-trouble.ts';
import { WorldDisk } from './dying-disk.ts';
import { LikelyChance } from './likely-chance.ts';
import { physicalTruth } from './physical-truth.ts';
import { PlainCustomer } from './plain-customer.ts';
import type { CountedPoint } from './point-counter.ts';
import { PointCounter } from './point-counter.ts';
import { watchLife } from './watched-life.ts';

export interface VirtualVisitOptions extends CrashCell {
  /** Point of each life at which it ends; the life after the last one goes on. Empty: nothing dies. */
  readonly diesAt: readonly number[];
  /** Life, from 1, whose points are kept; 0: they are only counted. */
  readonly keepsLife: number;
  readonly seed: number;
  readonly pki: SamplePki;
  readonly signer: Signer;
  /** A planted mistake, to see that it is found. */
  readonly sabotage?: Sabotage;
  /** Exists and is empty: journals lie there. */
  readonly folder: string;
}

export interface VirtualVisitOutcome {
  /** Of the life that is kept; empty when none is. */
  readonly points: readonly CountedPoint[];
  /** Points of the kept life that came before the fault of the bank or of the device could strike: until then all have one course. */
  readonly pointsBeforeFault: number;
  readonly deaths: readonly CoreDeath[];
  readonly problems: readonly string[];
}

/** One end of the core and what the next life found. */
export interface CoreDeath {
  readonly point: CrashPoint;
  /** Journal and physical truth, when the terminal came up again. */
  readonly found: string;
  /** Messages that left for the bank in later lives. */
  readonly sentAfter: readonly HostOperation[];
}

const BOOT_LIMIT_MS = 5 * 60_000;
const REST_LIMIT_MS = 15 * 60_000;
const DRAIN_LIMIT_MS = 3 * 3_600_000;
const STEP_MS = 700;
const STEPS_MAX = 400;
/** Until somebody notices that the terminal is off. */
const DARK_MS = 3_000;
const REPAIR_MS = 8_000;
const REPAIRS_MAX = 4;
/** What a device that has just come up may tell of a note in its path yet. */
const LAST_WORD_MS = 6_000;
const HEARTBEAT_MS = 60_000;
/** A device that nobody asks goes on with what it was ordered. */
const ORDER_ENDS_MS = 2 * 60_000;
/** After the last entry behind which an act is planned. */
const STRUCK_MS = 3_000;
/** Before money moves. */
const LAST_SCREENS: readonly ScreenModel['screen'][] = ['cash-in', 'confirm'];

/** One visit to a virtual terminal whose core dies at chosen points and is started again; then notes, journal, bank and screens are compared. */
export async function playVirtualVisit(options: VirtualVisitOptions): Promise<VirtualVisitOutcome> {
  const visit = new VirtualVisit(options);
  try {
    return await visit.play();
  } finally {
    await visit.close();
  }
}

class VirtualVisit {
  readonly #options: VirtualVisitOptions;
  readonly #clock = createVirtualClock({ startUtcMs: WORLD_START_UTC_MS });
  readonly #disk: WorldDisk;
  readonly #fullness = new FailingDisk();
  readonly #promises = new PromiseWatch();
  /** His, and that of nobody behind him, who is to find nothing. */
  readonly #visits = new VisitWatch();
  readonly #counters: PointCounter[] = [];
  readonly #found: string[] = [];
  /** Of requests that the bank saw, with the life that was on then: one may have been on its way when the core died. */
  readonly #seenByBank: { readonly operation: string; readonly life: number; readonly pointCount: number }[] = [];
  readonly #problems: string[] = [];
  #pointsBeforeFault: number | null = null;
  #deviceStruckAt: number | null = null;
  #life = createCoreLife(this.#clock);
  #losesPower = false;
  /** Of the life that is on. */
  #isWhole = true;
  #virtual: VirtualTerminal;
  /** null: nothing tells of the place. */
  readonly #place: { readonly hands: PlaceHands; readonly watch: PlaceWatch } | null;
  readonly #trouble: CellTrouble;

  constructor(options: VirtualVisitOptions) {
    this.#options = options;
    this.#disk = new WorldDisk({ folder: options.folder, seed: options.seed });
    this.#virtual = this.#compose();
    const { surroundings } = this.#virtual;
    const { place } = surroundings;
    this.#place = place === null ? null : { hands: new PlaceHands({ clock: this.#clock, place, onEmpty: () => this.#losePower() }), watch: new PlaceWatch({ clock: this.#clock, place }) };
    this.#trouble = new CellTrouble(options, { surroundings, placeHands: this.#place?.hands ?? null, disk: this.#fullness, endInOrder: () => endInOrder(this.#virtual.terminal, this.#life) });
    surroundings.bank.onEvent(({ fields }) => {
      if (typeof fields['operation'] === 'string' && this.#counter.isArmed) this.#seenByBank.push({ operation: fields['operation'], life: this.#counters.length, pointCount: this.#counter.count });
    });
  }

  async play(): Promise<VirtualVisitOutcome> {
    const { operation, hostFault, message } = this.#options;
    try {
      if (!(await this.#until(() => this.#isInService && this.#virtual.terminal.isReady(), BOOT_LIMIT_MS))) this.#problems.push('not in service after the boot');
      if (hostFault !== 'linkDown') this.#armFault();
      this.#trouble.arm();
      this.#counter.arm();
      this.#visits.begin(1, this.#virtual.surroundings);
      await this.#serve(new PlainCustomer(operation, (phone) => newestCode(this.#virtual.surroundings.bank, phone)), message);
      await this.#trouble.tend(this.#staff);
      if (this.#options.diesAt.length === 0 && this.#options.hostFault === 'none' && this.#trouble.isMissed) this.#problems.push(`the fault ${this.#options.deviceFault} never struck`);
      await this.#settle();
      this.#check(this.#journal);
    } catch (error) {
      this.#problems.push(`crash: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).map((line) => line.trim()).join(' | ') : String(error)}`);
    }
    for (const [index, dieAt] of this.#options.diesAt.entries()) if (this.#counters[index]?.deathPoint?.point !== dieAt) this.#problems.push(`life ${index + 1} ended without its point ${dieAt}: the course is another one`);
    return this.#outcome();
  }

  #outcome(): VirtualVisitOutcome {
    const { keepsLife, message, hostFault, deviceFault } = this.#options;
    const struckAt = hostFault === 'linkDown' ? (this.#pointsBeforeFault ?? Infinity) : (this.#seenByBank.find(({ operation }) => operation === message)?.pointCount ?? Infinity);
    const sentAfter = (life: number) => [...new Set(this.#seenByBank.filter((seen) => seen.life > life).map(({ operation }) => operation))] as HostOperation[];
    return {
      points: this.#counters[keepsLife - 1]?.points ?? [],
      pointsBeforeFault: Math.min(hostFault === 'none' ? Infinity : struckAt, deviceFault === 'none' ? Infinity : (this.#deviceStruckAt ?? Infinity), this.#counters[0]?.count ?? 0),
      deaths: this.#counters.flatMap(({ deathPoint }, index) => (deathPoint === null ? [] : [{ point: deathPoint, found: this.#found[index] ?? '', sentAfter: sentAfter(index + 1) }])),
      problems: this.#problems,
    };
  }

  async close(): Promise<void> {
    const journal = this.#virtual.journal();
    this.#life.end();
    await this.#clock.advance(0);
    journal?.close();
    this.#virtual.surroundings.bank.database.close();
  }

  get #counter(): PointCounter {
    return this.#counters.at(-1)!;
  }

  get #model(): ScreenModel {
    return this.#virtual.terminal.desk.model;
  }

  get #isInService(): boolean {
    return isInService(this.#model);
  }

  get #journal(): Journal {
    const journal = this.#virtual.journal();
    if (journal === null) throw new Error('the journal was never opened');
    return journal;
  }

  async #until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#clock.monotonicMs() + limitMs;
    for (;;) {
      await this.#clock.runUntil(() => this.#life.isOver || isDone(), Math.max(0, endMs - this.#clock.monotonicMs()));
      if (!this.#life.isOver) return isDone();
      await this.#startAgain();
    }
  }

  /** From the first touch until nobody stands there; he stays through the dark and reads what is shown afterwards. */
  async #serve(customer: PlainCustomer, message: HostOperation): Promise<void> {
    let hasBegun = false;
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const shown = this.#model;
      if (hasBegun && isAtRest(shown)) break;
      if (!isAtRest(shown)) hasBegun = true;
      this.#act(customer, shown);
      await this.#until(() => false, STEP_MS);
    }
    if (!(await this.#until(() => isAtRest(this.#model), REST_LIMIT_MS))) this.#problems.push(`the session did not end; the screen is ${this.#model.screen}`);
    // The fault has its chance to strike before it is put right: what must be delivered is tried soon.
    const isTried = () => this.#virtual.journal() !== null && this.#journal.openOperationIds().length === 0 && !undelivered(this.#journal).some(({ operation, attemptCount }) => operation === message && attemptCount === 0);
    await this.#until(isTried, REST_LIMIT_MS);
    await this.#until(() => !this.#trouble.isWaiting, STRUCK_MS);
  }

  #armFault(): void {
    const { hostFault, message } = this.#options;
    if (hostFault === 'none' || this.#pointsBeforeFault !== null) return;
    this.#pointsBeforeFault = this.#counter.count;
    this.#virtual.surroundings.bank.arm({ do: 'fault', fault: hostFault, operation: message, times: 1, refusal: 'RF-24' });
  }

  get #staff(): StaffVisit {
    return {
      chance: new LikelyChance(seededRandom(1)), surroundings: this.#virtual.surroundings, parts: () => (this.#life.isOver ? null : this.#virtual.terminal.parts()), killCore: () => {}, dieAtCommit: () => {},
      until: (isDone, limitMs) => this.#until(isDone, limitMs),
      wait: async (forMs) => {
        const endMs = this.#clock.monotonicMs() + forMs;
        await this.#until(() => this.#clock.monotonicMs() >= endMs && !this.#life.isOver && this.#virtual.terminal.parts() !== null, BOOT_LIMIT_MS);
      },
    };
  }

  /** The battery is empty. */
  #losePower(): void {
    this.#losesPower = true;
    this.#life.end();
  }

  /** Also the place where it is seen that a device's fault has struck. */
  #truth(): string {
    if (this.#deviceStruckAt === null && this.#counter.isArmed && this.#trouble.hasStruck) this.#deviceStruckAt = this.#counter.count;
    return physicalTruth(this.#virtual.surroundings);
  }

  #act(customer: PlainCustomer, shown: ScreenModel): void {
    // A line that is down from the beginning lets nobody begin: it fails when money is about to move.
    if (this.#options.hostFault === 'linkDown' && LAST_SCREENS.includes(shown.screen)) this.#armFault();
    customer.act(this.#virtual);
  }

  /** Everything is put right; what still waits is delivered. */
  async #settle(): Promise<void> {
    const { surroundings } = this.#virtual;
    surroundings.dispenser.control({ do: 'takeNotes' });
    for (const hopper of surroundings.coins?.hoppers ?? []) hopper.control({ do: 'takeCoins' });
    surroundings.printer.control({ do: 'takeReceipt' });
    if (!this.#isWhole) await this.#until(() => false, ORDER_ENDS_MS);
    this.#visits.end(surroundings);
    this.#visits.begin(2, surroundings);
    this.#trouble.callOff();
    if (!this.#isWhole) this.#life.end();
    heal({ surroundings, disk: this.#fullness, wrongClock: new WrongClock(), placeHands: this.#place?.hands ?? null });
    await this.#repair();
    await this.#until(() => this.#virtual.journal() !== null, BOOT_LIMIT_MS);
    await clearTamper(this.#staff);
    const hasDrained = () => isDrained(this.#virtual.journal());
    await this.#until(hasDrained, DRAIN_LIMIT_MS);
    this.#counter.disarm();
    for (const parked of this.#journal.messages({ states: ['parked'], limit: 100 })) this.#virtual.terminal.parts()?.deliveries.retry(parked.messageId);
    await this.#until(hasDrained, DRAIN_LIMIT_MS);
    if (!(await this.#until(() => this.#isInService, REST_LIMIT_MS))) this.#problems.push(`not in service at the end: ${this.#model.screen}`);
    await this.#until(() => false, LAST_WORD_MS);
  }

  /** A device that waits for a person is told to begin anew, again where the core died meanwhile; what it counts when it is back is waited for. */
  async #repair(): Promise<void> {
    for (let round = 1; round <= REPAIRS_MAX; round += 1) {
      await this.#until(() => false, REPAIR_MS);
      const devices = this.#virtual.terminal.parts()?.devices;
      const own = [devices?.acceptor, devices?.dispenser, devices?.printer, devices?.coinAcceptor, ...(devices?.coinDispensers ?? [])];
      const faulty = own.filter((device) => device?.status().state === 'faulty');
      if (faulty.length === 0 && !own.some((device) => ['initialising', 'recovering'].includes(device?.status().state ?? ''))) return;
      for (const device of faulty) device?.reset();
    }
  }

  #check(journal: Journal): void {
    const { surroundings } = this.#virtual;
    const money = readJournalMoney(journal);
    const findings = checkSettled({ surroundings, journal, money, shown: this.#promises.shown });
    this.#visits.end(surroundings);
    this.#problems.push(...[...findings, ...this.#visits.check(surroundings, money), ...(this.#place?.watch.findings ?? [])].map(({ rule, detail }) => `${rule}: ${detail}`));
    if (journal.openOperationIds().length > 0) this.#problems.push(`session: ${journal.openOperationIds().length} operations are still open`);
  }

  async #startAgain(): Promise<void> {
    const { surroundings } = this.#virtual;
    const isPowerOut = this.#options.death === 'powerCut' || this.#losesPower;
    this.#losesPower = false;
    if (isPowerOut) switchPower(surroundings, 'powerOff');
    this.#disk.startOver();
    await this.#clock.advance(0);
    this.#virtual.journal()?.close();
    await this.#clock.advance(DARK_MS);
    if (isPowerOut) {
      switchPower(surroundings, 'powerOn');
      this.#place?.hands.bringBackMains();
    }
    this.#found.push(`${this.#counters.reduce((sum, counter) => sum + counter.commitCount, 0)} ${physicalTruth(surroundings)}`);
    this.#virtual = this.#compose(surroundings);
    this.#counter.arm();
  }

  #watch(journal: Journal): void {
    this.#visits.coreStarted(journal);
    const watch = this.#place?.watch;
    watch?.coreStarted();
    if (watch !== undefined) journal.onCommitted((entries) => watch.take(entries));
  }

  #compose(surroundings?: Surroundings): VirtualTerminal {
    const { seed, pki, signer, death, diesAt, keepsLife, sabotage, hardware } = this.#options;
    const dieAt = diesAt[this.#counters.length] ?? 0;
    const counter = new PointCounter({ dieAt, truth: this.#counters.length === keepsLife - 1 ? () => this.#truth() : null });
    this.#counters.push(counter);
    const life = watchLife(createCoreLife(this.#clock), { counter, death, disk: this.#disk, paperLine: 'printer', messageLine: serviceLineOf(hardware), opened: (line, frame) => openedBy(this.#virtual.surroundings, line, frame), hasUntoldEvent: () => hasUntoldEvent(this.#virtual.surroundings) });
    this.#life = life;
    const lives = this.#counters.length;
    const leftOut = lives === 1 ? [] : this.#trouble.leftOut;
    this.#isWhole = leftOut.length === 0;
    const virtual = createVirtualTerminal({ clock: this.#clock, seed: seed * 1_000 + lives * 2, pki, signer, ...hardwareOptions(hardware), leftOut, journalPath: this.#disk.path, journalDurability: 'full', journalFaults: this.#fullness, life, onJournal: (journal) => this.#watch(journal), bootId: `boot-${seed}-${lives}`, heartbeatMs: HEARTBEAT_MS, onGiveUp: ({ code }) => (code === 'SIU_BATTERY_LOW' ? endInOrder(virtual.terminal, life) : life.end()), ...(surroundings === undefined ? {} : { surroundings }), ...(sabotage === undefined ? {} : { sabotage }) });
    virtual.terminal.desk.onModel((model) => {
      if (!life.isOver) this.#promises.look(model);
    });
    virtual.terminal.start();
    return virtual;
  }
}

/** A frame of a web socket arrives whole or not at all. */
function serviceLineOf(hardware: HardwareName): 'acceptor' | 'dispenser' | null {
  const { recycler, acceptor, dispenser }: WorldHardware = WORLD_HARDWARE[hardware];
  return recycler?.protocol === 'xfs4iot-cash-recycler' || acceptor === 'xfs4iot-cash-acceptor' ? 'acceptor' : dispenser === 'xfs4iot-cash-dispenser' ? 'dispenser' : null;
}

/** A SMART Payout encrypts, a service numbers; the others say the same in the same bytes. */
function openedBy({ acceptor, dispenser }: Surroundings, line: string, frame: Uint8Array): OpenedFrame | null {
  return ({ acceptor, dispenser } as Readonly<Record<string, DeviceSimulator>>)[line]?.opened?.(frame) ?? null;
}

/** Where a device says nothing about it, it may have one. */
function hasUntoldEvent({ acceptor }: Surroundings): boolean {
  const { untoldEvent, untoldEventHex = untoldEvent } = acceptor.world() as { readonly untoldEvent?: unknown; readonly untoldEventHex?: unknown };
  return untoldEventHex !== null;
}
