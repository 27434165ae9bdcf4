import type { DeviceStatus } from '../../drivers/interfaces/device.ts';

type HasStatus = { status(): DeviceStatus };

export const isServing = (device: HasStatus): boolean => ['ready', 'busy'].includes(device.status().state);
/** One that stopped with a fault serves nobody, and has all the more to say. */
export const doesAnswer = (device: HasStatus): boolean => isServing(device) || device.status().state === 'faulty';
