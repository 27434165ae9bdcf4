import type { DeviceStatus } from '../../../drivers/interfaces/device.ts';
import type { StaffLevel } from '../../../state-machines/service/service.types.ts';
import type { DeviceReport } from '../../contracts/device-report.ts';
import type { DeviceRecord } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { allDevices } from '../core-parts.ts';

/** Counters of trouble on the line, whatever the protocol calls them. Noise is counted in bytes and would hide the rest. */
const LINK_ERROR = /(Error|timeout|nakReceived|nakSent|lineLost|unexpected|illegal|undeciphered|strange)/i;

/** A viewer only looks. */
export const mayActOnDevices = (level: StaffLevel): boolean => level !== 'viewer';

/** All devices as they stand, with the faults that the journal kept over restarts. What the tamper contact has seen holds, as a fault of the switches, until a person resets them. */
export function deviceReports(parts: CoreParts): readonly DeviceReport[] {
  const records = new Map(parts.journal.deviceRecords().map((record) => [record.deviceId, record]));
  return allDevices(parts.devices).map((device) => {
    const status = device.status();
    const isTampered = status.deviceId === parts.devices.switches?.deviceId && parts.site.hindrance() === 'security';
    return deviceReport(isTampered ? { ...status, faults: [...status.faults, 'SIU_TAMPERED'] } : status, records.get(status.deviceId));
  });
}

/** @param record  what the journal knows of it: identity while it has not said who it is in this start, faults of all starts */
export function deviceReport(status: DeviceStatus, record: DeviceRecord | undefined): DeviceReport {
  const { deviceId, deviceClass, protocol, state, sinceUtcMs, faults, counters } = status;
  const remembered = record?.identity?.protocol === protocol ? record.identity : null;
  return {
    deviceId, deviceClass, protocol, state, sinceUtcMs,
    level: state === 'faulty' || state === 'offline' ? 'failed' : faults.length > 0 || state === 'recovering' ? 'attention' : 'ok',
    model: status.model ?? remembered?.model ?? null,
    firmware: status.firmware ?? remembered?.firmware ?? null,
    serialNumber: status.serialNumber ?? remembered?.serialNumber ?? null,
    faults: [...faults],
    restarts: deviceClass === 'watchdog' && (state === 'ready' || state === 'busy') ? ['modem', 'computer'] : [],
    counters: { ...counters },
    linkErrorCount: Object.entries(counters).reduce((sum, [name, count]) => sum + (LINK_ERROR.test(name) ? count : 0), 0),
    lastFaults: (record?.faults ?? []).map(({ code, atUtcMs, detail }) => ({ code, atUtcMs, detail })),
  };
}
