import { z } from 'zod';

/** What of Common.Status is the dispenser's. [xfs4iot §6] */
export const statusSchema = z.looseObject({
  cashDispenser: z
    .looseObject({
      intermediateStacker: z.string().nullish(),
      positions: z.array(z.looseObject({ shutter: z.string().nullish(), positionStatus: z.string().nullish(), transport: z.string().nullish(), transportStatus: z.string().nullish() })).nullish(),
    })
    .nullish(),
});
