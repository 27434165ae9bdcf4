import type { StoredUnit, UnitLoad } from '../../../drivers/interfaces/cash-storage.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import type { CashUnitRow } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { countingDevices, isOfSeveral, storedUnitsOf } from '../cash/counting-devices.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

type Parts = Pick<CoreParts, 'config' | 'journal' | 'devices'>;

/** The worst that a device said: `failed`, it did not do it; `uncertain`, nobody knows. */
export type DeviceWord = 'done' | 'failed' | 'uncertain';

/** Devices that were told of this exchange and not yet told of its end. */
const OPENED = 'notes.exchangeDevices';
/** Cash units whose counts hands changed, and the device's service does not know it yet. */
const UNTOLD = 'notes.exchangeUntold';

/** Of an entry's text. */
const TARGET_LENGTH_MAX = 500;

/** Facts of an exchange that is about to begin: whoever was perhaps opened is closed again, also by a later start of the core. */
export function openingFacts(parts: Parts): Readonly<Record<string, string>> {
  return { [OPENED]: countingDevices(parts).map(({ deviceId }) => deviceId).join(' ') };
}

/** With counts that hands changed, in their transaction. */
export function untoldFacts(parts: Parts, unitIds: readonly string[]): Readonly<Record<string, string>> {
  const devices = countingDevices(parts);
  const own = unitIds.filter((unitId) => devices.some(({ owns }) => owns(unitId)));
  return own.length === 0 ? {} : { [UNTOLD]: [...new Set([...listOf(parts, UNTOLD), ...own])].join(' ') };
}

/** With the end of the exchange, in its transaction. Counts that a device did not take stay untold: it is told with the next exchange. */
export const CLOSING_FACTS: Readonly<Record<string, string>> = { [OPENED]: '' };

/** Opens the units of each device. One without an exchange of its own takes counts at any time. */
export async function openDevices(parts: Parts, login: string): Promise<DeviceWord> {
  let word: DeviceWord = 'done';
  for (const { deviceId, storage } of countingDevices(parts)) {
    if (storage.isExchanging() === true) continue;
    const outcome = await storage.startExchange();
    const isWithout = outcome.kind === 'failed' && outcome.completionCode === 'unsupportedCommand';
    if (outcome.kind === 'failed') requireCommit(parts.journal, { facts: { [OPENED]: listOf(parts, OPENED).filter((one) => one !== deviceId).join(' ') } });
    if (!isWithout) word = worse(word, heard(parts, login, { deviceId, act: 'startExchange', outcome }));
  }
  return word;
}

/** Closes what was opened. done: no device keeps its units open any more. */
export async function closeDevices(parts: Parts, login: string): Promise<DeviceWord> {
  let word: DeviceWord = 'done';
  for (const { deviceId, storage } of countingDevices(parts)) {
    if (!listOf(parts, OPENED).includes(deviceId) && storage.isExchanging() !== true) continue;
    const outcome = await storage.endExchange();
    word = worse(word, heard(parts, login, { deviceId, act: 'endExchange', outcome }));
    if (outcome.kind === 'completed') requireCommit(parts.journal, {
      entries: outcome.value.hasUnitProblem ? [entry('service.acted', { login, action: 'notes.unitProblem', target: deviceId })] : [],
      facts: { [OPENED]: listOf(parts, OPENED).filter((one) => one !== deviceId).join(' ') },
    });
  }
  return word;
}

/** Tells each device what lies in the units that hands touched. What it does not take for certain stays untold, and is told again with the next act. */
export async function tellCounts(parts: Parts, login: string): Promise<DeviceWord> {
  let word: DeviceWord = 'done';
  for (const { deviceId, storage, owns } of countingDevices(parts)) {
    const unitIds = listOf(parts, UNTOLD).filter(owns);
    if (unitIds.length === 0) continue;
    const stored = await storage.readUnits();
    const loads = stored.kind === 'completed' ? unitIds.flatMap((unitId) => loadsOf(unitId, stored.value, parts.journal.cashUnits())) : [];
    const outcome: DeviceOutcome<unknown> = stored.kind !== 'completed' ? stored : loads.length === 0 ? { kind: 'failed', completionCode: 'invalidData', detail: 'no unit that this can be told of' } : await storage.setCounts(loads);
    word = worse(word, heard(parts, login, { deviceId, act: 'setCounts', outcome }));
    if (outcome.kind === 'completed') requireCommit(parts.journal, { facts: { [UNTOLD]: listOf(parts, UNTOLD).filter((unitId) => !unitIds.includes(unitId)).join(' ') } });
  }
  return word;
}

/**
 * Cash box and reject bin may be several units for the device, and are told empty: a person took all of them. One that took notes since, because the device heard nothing of it
 * then, is told what lies in it where it is one unit; else not before it is taken out again.
 */
function loadsOf(unitId: string, stored: readonly StoredUnit[], rows: readonly CashUnitRow[]): readonly UnitLoad[] {
  const notes = rows.filter((row) => row.unitId === unitId && row.noteCount > 0).map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount }));
  const own = storedUnitsOf({ unitId, denominationMinor: null }, stored);
  if (!isOfSeveral(unitId)) return own.map((unit) => ({ unitId: unit.unitId, notes }));
  if (notes.length === 0) return own.map((unit) => ({ unitId: unit.unitId, notes: [] }));
  const boxes = own.filter(({ role }) => role === 'cashIn');
  return boxes.length === 1 ? [{ unitId: boxes[0]!.unitId, notes }] : [];
}

/** What a device did not do for certain is on the record with who asked it. */
function heard(parts: Parts, login: string, { deviceId, act, outcome }: { readonly deviceId: string; readonly act: string; readonly outcome: DeviceOutcome<unknown> }): DeviceWord {
  if (outcome.kind === 'completed') return 'done';
  const why = outcome.kind === 'failed' ? `${outcome.completionCode} ${outcome.detail ?? ''}`.trim() : outcome.lastKnown.stage;
  requireCommit(parts.journal, { entries: [entry('service.acted', { login, action: outcome.kind === 'failed' ? 'notes.deviceFailed' : 'notes.deviceUncertain', target: `${deviceId} ${act}: ${why}`.slice(0, TARGET_LENGTH_MAX) })] });
  return outcome.kind;
}

function worse(left: DeviceWord, right: DeviceWord): DeviceWord {
  return left === 'uncertain' || right === 'uncertain' ? 'uncertain' : left === 'failed' ? left : right;
}

function listOf({ journal }: Parts, fact: string): readonly string[] {
  return (journal.fact(fact) ?? '').split(' ').filter((one) => one !== '');
}
