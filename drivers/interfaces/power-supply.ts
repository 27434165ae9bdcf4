import type { Device, Unsubscribe } from './device.ts';

/** XFS4IoT Auxiliaries, the UPS. */
export interface PowerReading {
  readonly source: 'mains' | 'battery' | 'off' | 'unknown';
  /** The battery is nearly empty, or a shutdown was ordered: save and go down now. */
  readonly isBatteryLow: boolean;
  readonly mustReplaceBattery: boolean;
  /** 0…100; null: the UPS does not tell. */
  readonly chargePercent: number | null;
  /** Until the battery is empty at the present load; null: the UPS does not tell. */
  readonly runtimeS: number | null;
}

export interface PowerSupply extends Device {
  /** The newest one; `unknown` before the first and when the UPS has been silent for long. */
  reading(): PowerReading;
  /** At each change of anything but charge and runtime. */
  onChange(listener: (reading: PowerReading) => void): Unsubscribe;
}
