/** The few messages between the page's preload and the shell's main process. */
export const BRIDGE = {
  /** page → shell: the page is there, send the present model */
  ready: 'qolma:ready',
  /** shell → page: a model, or null while there is no core */
  screen: 'qolma:screen',
  /** page → shell: an intent */
  intent: 'qolma:intent',
  /** page → shell: a revision that was painted */
  shown: 'qolma:shown',
  /** page → shell: when the first content was painted, milliseconds since 1970 UTC */
  painted: 'qolma:painted',
} as const;
