import { assert } from '../../../main/foundation/assert.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { LcdmResponse } from './codec.ts';
import type { LcdmModel } from './models.ts';
import { CASSETTE_COUNTS } from './models.ts';
import { decodeSensors, errorRowOf, needsOperator } from './codec.ts';
import type { LinkReply } from './link.ts';
import { LcdmLink } from './link.ts';

/** So that an uncertain command is uncertain about five notes at most. [lcdm §8] */
const NOTES_PER_COMMAND_MAX = 5;
/** On top of its order, where a command ended with a counting error: two that went as one end it. [lcdm §4.3; that it is one: unverified] */
const EXTRA_NOTES_MAX = 1;
const GOOD = 0x30;
const POLL_INTERVAL_MS = 5_000;
/** A status or ROM version needs no mechanics; the 60 s of the sheet are for notes. */
const QUERY_TIMEOUT_MS = 10_000;
const RESPONSE_TIMEOUT_MS = 60_000;
/** Per note, on top of `RESPONSE_TIMEOUT_MS`. [lcdm §3] */
const NOTE_TIMEOUT_MS = 1_000;

const CAPABILITIES: CashDispenserCapabilities = {
  cassetteCount: 2, notesPerCommandMax: NOTES_PER_COMMAND_MAX, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true,
  extraNoteCountMax: EXTRA_NOTES_MAX,
};

export interface LcdmDispenserOptions {
  /** @default LCDM-2000 */
  readonly model?: LcdmModel;
  readonly deviceId: string;
  /** 9600 8N1 unless the site found another speed. [lcdm §1] */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollIntervalMs?: number;
  /** XOR on SENSOR0 and SENSOR1, for units whose cassette bits are the other way round. [lcdm §4.2] */
  readonly sensorInversion?: { readonly sensor0: number; readonly sensor1: number };
}

/**
 * Puloon LCDM-2000, dialect A: cassette 1 upper, cassette 2 lower; LCDM-1000: cassette 1 only. Comes up with ROM version and status, never with a purge: notes in the path are
 * evidence. The device has no last-status command, so what it did not say is lost; only whether its counting failed is still to be had, by its last error.
 */
export function createLcdmDispenser(options: LcdmDispenserOptions): CashDispenser {
  return new LcdmDispenser(options);
}

class LcdmDispenser extends LineDevice implements CashDispenser {
  readonly capabilities: CashDispenserCapabilities;
  readonly presenter = null;
  readonly #model: LcdmModel;
  readonly #link: LcdmLink;
  readonly #inversion: { readonly sensor0: number; readonly sensor1: number };

  constructor(options: LcdmDispenserOptions) {
    const link = new LcdmLink(options);
    super({ ...options, deviceClass: 'cashDispenser', protocol: 'puloon-lcdm', link, pollIntervalMs: options.pollIntervalMs ?? POLL_INTERVAL_MS, offlineCode: 'CDM_OFFLINE', logArea: 'cdm' });
    this.#link = link;
    this.#model = options.model ?? 'LCDM-2000';
    this.capabilities = { ...CAPABILITIES, cassetteCount: CASSETTE_COUNTS[this.#model] };
    this.#inversion = options.sensorInversion ?? { sensor0: 0, sensor1: 0 };
  }

  async dispense(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const { cassetteNumber, noteCount } = request;
    assert(cassetteNumber === 1 || cassetteNumber === 2, 'an LCDM has cassettes 1 and, as LCDM-2000, 2');
    assert(Number.isInteger(noteCount) && noteCount >= 1 && noteCount <= NOTES_PER_COMMAND_MAX, 'a dispense asks for 1 to 5 notes');
    return this.run(() => this.#dispenseNow(request));
  }

  async readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
    return this.run(async (): Promise<DeviceOutcome<CashDispenserSensors>> => {
      const sensors = await this.#readStatus();
      if (sensors !== null) return { kind: 'completed', value: sensors };
      this.lineLost();
      return { kind: 'failed', completionCode: 'timeOut', errorCode: 'CDM_OFFLINE', detail: 'status not answered' };
    });
  }

  async purge(): Promise<DeviceOutcome<void>> {
    return this.run(() => this.#purgeNow());
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    const rom = await this.#query('romVersion');
    if (rom === null || rom.kind !== 'romVersion') return false;
    this.identified({ model: rom.model, firmware: `${rom.version} ${rom.checksum}` });
    // The letter that tells them apart has one source only: it is said, not believed. [lcdm §4.1]
    if (rom.model.startsWith('LCDM-') && rom.model !== this.#model) this.record('LNK_PROTOCOL', `configured as ${this.#model}, the unit calls itself ${rom.model}`);
    const status = await this.#query('status');
    if (status === null || status.kind !== 'status') return false;
    const lastError = errorRowOf(status.errorByte);
    // The last error is kept by the device until the next operation; an operator who ordered the reset has seen it.
    if (!isReset && needsOperator(lastError.class) && lastError.code !== null) this.latch(lastError.code, `last error ${lastError.means}`);
    this.#takeSensors(status);
    this.becomeReady(`sensors ${hex(status.sensor0)} ${hex(status.sensor1)}`);
    return true;
  }

  protected override async poll(): Promise<boolean> {
    return (await this.#readStatus()) !== null;
  }

  /**
   * Status first: a dead line or notes in the path are found before anything is asked to move, and a response that comes afterwards without an ACK can
   * only belong to this command, since the device keeps just the newest one for repeating.
   */
  async #dispenseNow(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const sensors = await this.#readStatus();
    if (sensors === null) {
      this.lineLost();
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail: 'no answer before the dispense' };
    }
    const obstacle = this.faults[0] ?? (sensors.cassettes.find((cassette) => cassette.cassetteNumber === request.cassetteNumber)?.isPresent === true ? null : 'CDM_CASSETTE_MISSING');
    if (obstacle !== null) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: obstacle };
    this.engage();
    let dispensedCount = 0;
    const reply = await this.#link.request({
      command: { command: request.cassetteNumber === 1 ? 'dispenseUpper' : 'dispenseLower', noteCount: request.noteCount },
      responseTimeoutMs: RESPONSE_TIMEOUT_MS + NOTE_TIMEOUT_MS * request.noteCount,
      isRepeatable: false,
      onNoteDispensed: (noteCountSoFar) => {
        dispensedCount = noteCountSoFar;
      },
    });
    const outcome = await this.#outcomeOf(reply, { ...request, dispensedCount });
    this.settle(outcome.kind === 'uncertain' ? outcome.lastKnown.stage : 'dispense');
    return outcome;
  }

  async #outcomeOf(reply: LinkReply, request: { readonly cassetteNumber: number; readonly noteCount: number; readonly dispensedCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    if (reply.kind === 'answered' && reply.response.kind === 'dispense') return { kind: 'completed', value: this.#countsOf(reply.response, request) };
    if (reply.kind === 'notTaken') return { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail };
    // The counts are lost; whether they could hold is not.
    const status = reply.kind === 'lost' ? null : await this.#query('status');
    const noteCountMax = Math.max(request.noteCount, request.dispensedCount) + (status?.kind === 'status' ? extraNoteCountMax(status.errorByte) : EXTRA_NOTES_MAX);
    this.latch('CDM_DISPENSE_UNCERTAIN', reply.kind);
    this.log.error('cdm.dispense.uncertain', { deviceId: this.deviceId, cassetteNumber: request.cassetteNumber, noteCountMin: request.dispensedCount, noteCountMax, stage: reply.kind });
    return {
      kind: 'uncertain',
      completionCode: reply.kind === 'lost' ? 'hardwareError' : 'timeOut',
      lastKnown: {
        stage: stageOf(reply),
        noteCountMin: request.dispensedCount,
        noteCountMax,
        ...(reply.kind === 'answered' ? { rawHex: reply.rawHex } : {}),
      },
    };
  }

  #countsOf(response: Extract<LcdmResponse, { kind: 'dispense' }>, request: { readonly cassetteNumber: number; readonly noteCount: number }): DispenseCounts {
    const { checkedCount, exitCount, rejectedCount } = response.counts;
    const row = errorRowOf(response.errorByte);
    // A normal end with fewer (or more) notes than asked for is no normal end. [lcdm §7]
    const stoppedBy = row.class === 'ok' && exitCount !== request.noteCount ? 'CDM_COUNT_MISMATCH' : row.code;
    if (stoppedBy !== null && (row.class === 'ok' || needsOperator(row.class))) this.latch(stoppedBy, row.means);
    if (stoppedBy !== null) this.log.warn('cdm.dispense.stopped', { deviceId: this.deviceId, cassetteNumber: request.cassetteNumber, requestedCount: request.noteCount, presentedCount: exitCount, stoppedBy, means: row.means });
    const pickedCount = Math.max(checkedCount, exitCount + rejectedCount);
    return {
      cassetteNumber: request.cassetteNumber, requestedCount: request.noteCount, presentedCount: exitCount, rejectedCount, pickedCount, stackedCount: 0,
      inTransportCount: pickedCount - exitCount - rejectedCount, stoppedBy, rawErrorCode: response.errorByte,
    };
  }

  async #purgeNow(): Promise<DeviceOutcome<void>> {
    this.engage();
    const reply = await this.#link.request({ command: { command: 'purge' }, responseTimeoutMs: RESPONSE_TIMEOUT_MS, isRepeatable: false });
    if (reply.kind === 'answered' && reply.response.kind === 'purge') {
      const row = errorRowOf(reply.response.errorByte);
      if (row.class === 'ok') this.unlatch();
      else if (row.code !== null && needsOperator(row.class)) this.latch(row.code, row.means);
      const sensors = await this.#readStatus();
      if (sensors === null) this.lineLost();
      this.settle('purge');
      return row.class === 'ok' ? { kind: 'completed', value: undefined } : { kind: 'failed', completionCode: 'hardwareError', errorCode: row.code ?? 'CDM_FAILURE', detail: row.means };
    }
    this.settle('purge');
    if (reply.kind === 'notTaken') return { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail };
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: stageOf(reply) } };
  }

  /** null: not answered; the caller gives the line up. */
  async #readStatus(): Promise<CashDispenserSensors | null> {
    const status = await this.#query('status');
    if (status === null || status.kind !== 'status') return null;
    const sensors = this.#takeSensors(status);
    this.settle(`sensors ${hex(status.sensor0)} ${hex(status.sensor1)}`);
    return sensors;
  }

  async #query(command: 'status' | 'romVersion'): Promise<LcdmResponse | null> {
    const reply = await this.#link.request({ command: { command }, responseTimeoutMs: QUERY_TIMEOUT_MS, isRepeatable: true });
    return reply.kind === 'answered' ? reply.response : null;
  }

  #takeSensors(status: Extract<LcdmResponse, { kind: 'status' }>): CashDispenserSensors {
    const sensors = decodeSensors(status.sensor0 ^ this.#inversion.sensor0, status.sensor1 ^ this.#inversion.sensor1, this.#model);
    const isTransportBlocked = sensors.isCheckBlocked || sensors.isDiverterBlocked || sensors.isEjectBlocked;
    const seen: ErrorCode[] = [];
    if (sensors.isExitBlocked || isTransportBlocked) seen.push('CDM_ITEMS_LEFT');
    if (!sensors.isRejectTrayPresent) seen.push('CDM_REJECT_TRAY_MISSING');
    this.see(seen);
    return {
      isExitBlocked: sensors.isExitBlocked,
      isTransportBlocked,
      isRejectTrayPresent: sensors.isRejectTrayPresent,
      extraNoteCountMax: extraNoteCountMax(status.errorByte),
      cassettes: [
        { cassetteNumber: 1, isPresent: sensors.isUpperPresent, isNearEnd: sensors.isUpperNearEnd },
        ...(this.#model === 'LCDM-1000' ? [] : [{ cassetteNumber: 2, isPresent: sensors.isLowerPresent, isNearEnd: sensors.isLowerNearEnd }]),
      ],
    };
  }
}

/** Good is what a unit says that was restarted and forgot how its command ended; one that ended in order says 31. [lcdm §4.1 golden frame, §8; that a last error of 30 never follows a dispense: unverified, it costs a doubt one note too large] */
function extraNoteCountMax(errorByte: number): number {
  return errorByte === GOOD || errorRowOf(errorByte).class === 'countRisk' ? EXTRA_NOTES_MAX : 0;
}

function stageOf(reply: LinkReply): string {
  if (reply.kind === 'lost') return reply.wasAcknowledged ? 'lineLostAfterAck' : 'lineLostBeforeAck';
  if (reply.kind === 'noResponse') return 'ackReceivedNoResponse';
  if (reply.kind === 'unacknowledged') return 'sentNoAck';
  return 'answerOfAnotherCommand';
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
