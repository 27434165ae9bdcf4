import { fromPromise } from 'xstate';

/**
 * An actor that a machine needs from outside (device, host, journal), filled by `main/core` with `.provide()`.
 * Run unprovided it fails, so that a forgotten one shows at once.
 */
export function hole<Output, Input>(name: string) {
  return fromPromise<Output, Input>(() => Promise.reject(new Error(`actor ${name} is not provided`)));
}
