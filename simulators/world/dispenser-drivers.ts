import { createF53Dispenser } from '../../drivers/cash-dispenser/fujitsu-f53/device.ts';
import { createLcdmBDispenser } from '../../drivers/cash-dispenser/puloon-lcdm-4000/device.ts';
import { createLcdmDispenser } from '../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import { createXfsDispenser } from '../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import type { WorldDispenserProtocol } from '../terminal/sample-config.ts';
import type { WorldDriverParts } from './recycler-drivers.ts';
import { SERVICE_URL } from './recycler-drivers.ts';

/** As the configuration has it by default. */
const BUNCH_NOTES_MAX = 40;
/** The same: notes of 139 mm. */
const F53_BILL = { lengthMmMax: 149, lengthMmMin: 129, thickness: 12 };
const F53_OPTIONS = { isPolymer: false, delivery: 'separate', slot: 'front' } as const;

/** As the table of protocols makes them for the sample terminal. */
export const DISPENSER_DRIVERS: Readonly<Record<WorldDispenserProtocol, (parts: Omit<WorldDriverParts, 'random'>, cassetteCount: number) => CashDispenser>> = {
  'puloon-lcdm': (parts) => createLcdmDispenser(parts),
  'fujitsu-f53': (parts, cassetteCount) => createF53Dispenser({ ...parts, ...F53_OPTIONS, bills: Array.from({ length: cassetteCount }, () => F53_BILL) }),
  'puloon-lcdm-4000': (parts, cassetteCount) => createLcdmBDispenser({ ...parts, cassetteCount }),
  'xfs4iot-cash-dispenser': ({ transport, ...parts }, cassetteCount) => createXfsDispenser({ ...parts, url: SERVICE_URL, connect: () => transport, cassetteCount, bunchNotesMax: BUNCH_NOTES_MAX, hasStacker: true, tokenKey: null }),
};
