import { z } from 'zod';

/** Customer operations by the ids of requirements part C that this build offers. */
export const OPERATIONS = ['op-01', 'op-05', 'op-10'] as const;
export const operationCodeSchema = z.enum(OPERATIONS);
/** op-01 top up own account · op-05 pay a provider in cash · op-10 withdrawal without card */
export type OperationCode = (typeof OPERATIONS)[number];
