import { assert } from '../../../main/foundation/assert.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, DispenseCounts, LastDispense } from '../../interfaces/cash-dispenser.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { CassetteCount, LcdmBResponse } from './codec.ts';
import { COMMANDS, errorRowOf, isNoteStuck, needsOperator } from './codec.ts';
import type { LinkReply } from './link.ts';
import { LcdmBLink } from './link.ts';

/** An uncertain command that LAST STATUS does not explain is uncertain about ten notes at most. */
const NOTES_PER_COMMAND_MAX = 10;
/** At least: more in the path are found when the cassette is counted. [unverified] */
const NOTES_IN_PATH = 1;
/** On top of its order, where a command ended with a counting error: two that went as one end it. [lcdm §5; that it is one: unverified] */
const EXTRA_NOTES_MAX = 1;
const POLL_INTERVAL_MS = 5_000;
const QUERY_TIMEOUT_MS = 10_000;
const RESPONSE_TIMEOUT_MS = 60_000;
const NOTE_TIMEOUT_MS = 1_000;

export interface LcdmBDispenserOptions {
  readonly deviceId: string;
  /** 9600 8N1 or 8E1: sources differ. [lcdm §1] */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** 1…4 */
  readonly cassetteCount: number;
}

/** Puloon LCDM-4000, dialect B. Never resets or purges by itself; LAST STATUS explains a lost result, also to a later start, where it can only be that of the lost command. */
export function createLcdmBDispenser(options: LcdmBDispenserOptions): CashDispenser {
  return new LcdmBDispenser(options);
}

interface Request {
  readonly cassetteNumber: number;
  readonly noteCount: number;
}

interface Moved {
  readonly error: number;
  readonly cassettes: readonly CassetteCount[];
}

class LcdmBDispenser extends LineDevice implements CashDispenser {
  readonly capabilities: CashDispenserCapabilities;
  readonly presenter = null;
  readonly lastDispense: LastDispense;
  readonly #link: LcdmBLink;

  constructor(options: LcdmBDispenserOptions) {
    const link = new LcdmBLink(options);
    super({ ...options, deviceClass: 'cashDispenser', protocol: 'puloon-lcdm-4000', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'CDM_OFFLINE', logArea: 'cdm' });
    this.#link = link;
    this.capabilities = { cassetteCount: options.cassetteCount, notesPerCommandMax: NOTES_PER_COMMAND_MAX, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true, extraNoteCountMax: EXTRA_NOTES_MAX };
    this.lastDispense = {
      readMark: async () => {
        const read = await this.run(async (): Promise<DeviceOutcome<string | null>> => ({ kind: 'completed', value: await this.#lastWords() }));
        return read.kind === 'completed' ? read.value : null;
      },
      resolve: (request) => this.run(() => this.#resolve(request)),
    };
  }

  async dispense(request: Request): Promise<DeviceOutcome<DispenseCounts>> {
    const { cassetteNumber, noteCount } = request;
    assert(Number.isInteger(cassetteNumber) && cassetteNumber >= 1 && cassetteNumber <= this.capabilities.cassetteCount, 'only the cassettes that the unit has');
    assert(Number.isInteger(noteCount) && noteCount >= 1 && noteCount <= NOTES_PER_COMMAND_MAX, 'a dispense asks for 1 to 10 notes');
    return this.run(() => this.#dispenseNow(request));
  }

  readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
    return this.run(async (): Promise<DeviceOutcome<CashDispenserSensors>> => {
      const sensors = await this.#readStatus();
      return sensors === null ? this.#silent('status not answered') : { kind: 'completed', value: sensors };
    });
  }

  purge(): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      this.engage();
      const reply = await this.#link.request({ command: { command: 'purge' }, responseTimeoutMs: RESPONSE_TIMEOUT_MS, isRepeatable: false });
      if (reply.kind !== 'answered' || reply.response.kind !== 'moved') {
        this.settle('purge');
        return reply.kind === 'notTaken' ? { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail } : { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: stageOf(reply) } };
      }
      const row = errorRowOf(reply.response.error);
      if (row.class === 'ok') this.unlatch();
      else if (row.code !== null && needsOperator(row.class)) this.latch(row.code, row.means);
      if ((await this.#readStatus()) === null) this.lineLost();
      this.settle('purge');
      return row.class === 'ok' ? { kind: 'completed', value: undefined } : { kind: 'failed', completionCode: 'hardwareError', errorCode: row.code ?? 'CDM_FAILURE', detail: row.means };
    });
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    const status = await this.#query('status');
    if (status?.kind !== 'status') return false;
    const row = errorRowOf(status.error);
    if (!isReset && needsOperator(row.class) && row.code !== null) this.latch(row.code, `last error ${row.means}`);
    this.#takeSensors(status);
    this.identified({ model: 'LCDM-4000' });
    this.becomeReady('status');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    return (await this.#readStatus()) !== null;
  }

  async #dispenseNow(request: Request): Promise<DeviceOutcome<DispenseCounts>> {
    const sensors = await this.#readStatus();
    if (sensors === null) return this.#silent('no answer before the dispense');
    const isPresent = sensors.cassettes.find((cassette) => cassette.cassetteNumber === request.cassetteNumber)?.isPresent === true;
    const obstacle = this.faults[0] ?? (isPresent ? null : 'CDM_CASSETTE_MISSING');
    if (obstacle !== null) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: obstacle };
    // What the device would say of the dispense before: only another answer than this can be about ours.
    const before = await this.#lastWords();
    if (before === null) return this.#silent('no last status before the dispense');
    this.engage();
    const noteCounts = Array.from({ length: this.capabilities.cassetteCount }, (_, index) => (index + 1 === request.cassetteNumber ? request.noteCount : 0));
    const reply = await this.#link.request({ command: { command: 'dispense', noteCounts }, responseTimeoutMs: RESPONSE_TIMEOUT_MS + NOTE_TIMEOUT_MS * request.noteCount, isRepeatable: false });
    const outcome = await this.#outcomeOf(reply, request, before);
    this.settle(outcome.kind === 'uncertain' ? outcome.lastKnown.stage : 'dispense');
    return outcome;
  }

  async #outcomeOf(reply: LinkReply, request: Request, before: string): Promise<DeviceOutcome<DispenseCounts>> {
    if (reply.kind === 'answered' && reply.response.kind === 'moved') return this.#cameTo(reply.response, request);
    if (reply.kind === 'notTaken') return { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail };
    const told = reply.kind === 'lost' ? null : await this.#toldSince(before);
    if (told !== null) {
      this.log.warn('cdm.dispense.resolved', { deviceId: this.deviceId, stage: stageOf(reply) });
      return this.#cameTo(told, request);
    }
    this.latch('CDM_DISPENSE_UNCERTAIN', reply.kind);
    this.log.error('cdm.dispense.uncertain', { deviceId: this.deviceId, ...request, stage: stageOf(reply) });
    return { kind: 'uncertain', completionCode: reply.kind === 'lost' ? 'hardwareError' : 'timeOut', lastKnown: { stage: stageOf(reply), noteCountMin: 0, noteCountMax: request.noteCount + EXTRA_NOTES_MAX, ...(reply.kind === 'answered' ? { rawHex: reply.rawHex } : {}) } };
  }

  /** Of an earlier start's command: the latches of a count that cannot hold are set as if its result had come. */
  async #resolve({ mark, ...request }: Request & { readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const told = await this.#toldSince(mark);
    if (told !== null && mayBeOf(told, request)) return this.#cameTo(told, request);
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'lastStatusDoesNotTell', noteCountMin: 0, noteCountMax: request.noteCount + EXTRA_NOTES_MAX } };
  }

  /** LAST STATUS as it is compared with a later one; null: not answered. */
  async #lastWords(): Promise<string | null> {
    const last = await this.#query('lastStatus');
    return last?.kind === 'lastStatus' ? JSON.stringify(last) : null;
  }

  /** null: LAST STATUS is not that of a dispense after `before`. A power cut may leave one without counts. [lcdm §8, unverified] */
  async #toldSince(before: string): Promise<Moved | null> {
    const last = await this.#query('lastStatus');
    if (last?.kind !== 'lastStatus' || last.lastCommand !== COMMANDS.DISPENSE || withoutPresence(JSON.stringify(last)) === withoutPresence(before)) return null;
    return last.cassettes.some(isMoved) ? last : null;
  }

  /** Notes of a cassette that was not asked are none of the order's, nor of its value: how many of which are out nobody knows. */
  async #cameTo(response: Moved, request: Request): Promise<DeviceOutcome<DispenseCounts>> {
    const counts = await this.#countsOf(response, request);
    if (!hasStrangeNotes(response, request)) return { kind: 'completed', value: counts };
    const strangeCounts = response.cassettes.map(({ exitCount }, index) => ({ cassetteNumber: index + 1, noteCount: exitCount })).filter(({ cassetteNumber, noteCount }) => cassetteNumber !== request.cassetteNumber && noteCount > 0);
    this.log.error('cdm.dispense.uncertain', { deviceId: this.deviceId, ...request, stage: 'notesOfAnotherCassette' });
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'notesOfAnotherCassette', noteCountMin: counts.presentedCount, noteCountMax: Math.max(request.noteCount, counts.presentedCount), strangeCounts } };
  }

  async #countsOf(response: Moved, request: Request): Promise<DispenseCounts> {
    const { cassetteNumber, noteCount } = request;
    const inTransportCount = (await this.#isInPath(response.error)) ? NOTES_IN_PATH : 0;
    const { exitCount, rejectedCount } = response.cassettes[cassetteNumber - 1]!;
    const row = errorRowOf(response.error);
    const isStrange = hasStrangeNotes(response, request);
    const isWhole = exitCount === noteCount && !isStrange;
    // A normal end with other notes than asked for is no normal end; near end is only told. [lcdm §5, §7]
    const stoppedBy = isWhole && (row.class === 'ok' || row.class === 'nearEnd') ? null : row.class === 'ok' || isStrange ? 'CDM_COUNT_MISMATCH' : row.code;
    if (stoppedBy !== null && (stoppedBy === 'CDM_COUNT_MISMATCH' || needsOperator(row.class))) this.latch(stoppedBy, row.means);
    if (stoppedBy !== null) this.log.warn('cdm.dispense.stopped', { deviceId: this.deviceId, cassetteNumber, requestedCount: noteCount, presentedCount: exitCount, stoppedBy, means: row.means });
    return { cassetteNumber, requestedCount: noteCount, presentedCount: exitCount, rejectedCount, pickedCount: exitCount + rejectedCount + inTransportCount, stackedCount: 0, inTransportCount, stoppedBy, rawErrorCode: response.error };
  }

  /** The result counts what left and what was rejected, not what is between: that is told by its error, and after a fault of the mechanism by the sensors. It was free when the dispense began. */
  async #isInPath(error: number): Promise<boolean> {
    if (isNoteStuck(error)) return true;
    const row = errorRowOf(error);
    if (row.class !== 'hardware' && row.class !== 'countRisk') return false;
    const sensors = await this.#readStatus();
    return sensors !== null && (sensors.isExitBlocked || sensors.isTransportBlocked);
  }

  async #readStatus(): Promise<CashDispenserSensors | null> {
    const status = await this.#query('status');
    if (status?.kind !== 'status') return null;
    const sensors = this.#takeSensors(status);
    this.settle('status');
    return sensors;
  }

  #takeSensors(status: Extract<LcdmBResponse, { kind: 'status' }>): CashDispenserSensors {
    const { isExitBlocked, isTransportBlocked } = status.path;
    const isTrayMissing = errorRowOf(status.error).code === 'CDM_REJECT_TRAY_MISSING';
    // Notes of another value lie there than its number says, and its counts are told under a number that is not its own.
    const isMisplaced = status.cassettes.some((cassette) => cassette.isMisplaced);
    const seen: ErrorCode[] = [...(isMisplaced ? ['CDM_CASSETTE_MISSING' as const] : []), ...(isExitBlocked || isTransportBlocked ? ['CDM_ITEMS_LEFT' as const] : []), ...(isTrayMissing ? ['CDM_REJECT_TRAY_MISSING' as const] : [])];
    this.see(seen);
    return { isExitBlocked, isTransportBlocked, isRejectTrayPresent: !isTrayMissing, cassettes: status.cassettes.slice(0, this.capabilities.cassetteCount).map(({ isPresent, isNearEnd }, index) => ({ cassetteNumber: index + 1, isPresent, isNearEnd })) };
  }

  async #query(command: 'status' | 'lastStatus'): Promise<LcdmBResponse | null> {
    const reply = await this.#link.request({ command: { command }, responseTimeoutMs: QUERY_TIMEOUT_MS, isRepeatable: true });
    return reply.kind === 'answered' ? reply.response : null;
  }

  #silent(detail: string): DeviceOutcome<never> {
    this.lineLost();
    return { kind: 'failed', completionCode: 'timeOut', errorCode: 'CDM_OFFLINE', detail };
  }
}

function hasStrangeNotes({ cassettes }: Moved, { cassetteNumber }: Request): boolean {
  return cassettes.some((cassette, index) => index !== cassetteNumber - 1 && isMoved(cassette));
}

/** Whoever was at the unit meanwhile may have it dispense, and another one in its place tells of where it stood before: a good end is that of ours only with what we asked for, and nothing besides. */
function mayBeOf(response: Moved, request: Request): boolean {
  const { exitCount } = response.cassettes[request.cassetteNumber - 1]!;
  const errorClass = errorRowOf(response.error).class;
  if (errorClass === 'ok' || errorClass === 'nearEnd') return exitCount === request.noteCount && !hasStrangeNotes(response, request);
  return exitCount <= request.noteCount + EXTRA_NOTES_MAX;
}

function isMoved({ exitCount, rejectedCount }: CassetteCount): boolean {
  return exitCount > 0 || rejectedCount > 0;
}

/** LAST STATUS says of each cassette also whether it is in, which may be as of now: one that was taken out since tells of no other dispense. [lcdm §5, of when: unverified] */
function withoutPresence(words: string): string {
  return words.replaceAll(/,"isPresent":(?:true|false)/g, '');
}

function stageOf(reply: LinkReply): string {
  if (reply.kind === 'lost') return reply.wasAcknowledged ? 'lineLostAfterAck' : 'lineLostBeforeAck';
  if (reply.kind === 'noResponse') return 'ackReceivedNoResponse';
  return reply.kind === 'unacknowledged' ? 'sentNoAck' : 'answerOfAnotherCommand';
}
