import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { PowerReading } from '../../interfaces/power-supply.ts';

/** Less battery time than this is low, whatever the UPS says. [misc §4.1, policy] */
const RUNTIME_LOW_S = 120;

export type NutLine =
  | { readonly kind: 'variable'; readonly upsName: string; readonly name: string; readonly value: string }
  | { readonly kind: 'ups'; readonly upsName: string; readonly description: string }
  | { readonly kind: 'begin'; readonly list: string }
  | { readonly kind: 'end'; readonly list: string }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'ok' }
  | { readonly kind: 'unknown'; readonly text: string };

export const listUps = () => line('LIST UPS');
export const listVariables = (upsName: string) => line(`LIST VAR ${upsName}`);
export const logout = () => line('LOGOUT');

const line = (text: string): Uint8Array => Buffer.from(`${text}\n`, 'utf8');
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
const VARIABLE = new RegExp(`^VAR (\\S+) (\\S+) ${QUOTED}$`);
const UPS = new RegExp(`^UPS (\\S+) ${QUOTED}$`);
const ERROR = /^ERR ([A-Z-]+)/;

/** Total: what is not in the table is `unknown`. */
export function decodeLine(text: string): NutLine {
  const variable = VARIABLE.exec(text);
  if (variable !== null) return { kind: 'variable', upsName: variable[1]!, name: variable[2]!, value: unquoted(variable[3]!) };
  const ups = UPS.exec(text);
  if (ups !== null) return { kind: 'ups', upsName: ups[1]!, description: unquoted(ups[2]!) };
  if (text.startsWith('BEGIN LIST ')) return { kind: 'begin', list: text.slice('BEGIN LIST '.length) };
  if (text.startsWith('END LIST ')) return { kind: 'end', list: text.slice('END LIST '.length) };
  const error = ERROR.exec(text);
  if (error !== null) return { kind: 'error', error: error[1]! };
  return text === 'OK' || text.startsWith('OK ') ? { kind: 'ok' } : { kind: 'unknown', text };
}

export const UNKNOWN_READING: PowerReading = { source: 'unknown', isBatteryLow: false, mustReplaceBattery: false, chargePercent: null, runtimeS: null };

/** @param variables  of one LIST VAR. Without `ups.status` nothing is known. [misc §4.1] */
export function readingOf(variables: ReadonlyMap<string, string>): PowerReading {
  const words = new Set((variables.get('ups.status') ?? '').split(' ').filter((word) => word !== ''));
  const runtimeS = numberOf(variables.get('battery.runtime'));
  // OFF and OB may stand together: the load has no power then.
  const source = words.has('OFF') ? 'off' : words.has('OB') ? 'battery' : words.has('OL') ? 'mains' : 'unknown';
  const chargePercent = numberOf(variables.get('battery.charge'));
  return {
    source,
    isBatteryLow: words.has('FSD') || words.has('LB') || (source === 'battery' && runtimeS !== null && runtimeS < RUNTIME_LOW_S),
    mustReplaceBattery: words.has('RB'),
    chargePercent: chargePercent === null ? null : Math.min(100, chargePercent),
    runtimeS,
  };
}

/** The gravest first. */
export function faultsOf({ source, isBatteryLow, mustReplaceBattery }: PowerReading): readonly ErrorCode[] {
  const faults: ErrorCode[] = [];
  if (source === 'unknown') faults.push('SIU_POWER_UNKNOWN');
  if (isBatteryLow) faults.push('SIU_BATTERY_LOW');
  if (source === 'battery' || source === 'off') faults.push('SIU_ON_BATTERY');
  if (mustReplaceBattery) faults.push('SIU_BATTERY_REPLACE');
  return faults;
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function numberOf(text: string | undefined): number | null {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Math.floor(Number(text));
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}
