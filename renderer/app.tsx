import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { ShellBridge } from '../main/contracts/core-socket.ts';
import type { IntentKind } from '../main/contracts/intent.ts';
import type { Screen, ScreenModel } from '../main/contracts/screen-model.ts';
import type { Touch } from './bridge/screen-context.ts';
import { screenContext } from './bridge/screen-context.ts';
import { TouchGuard } from './bridge/touch-guard.ts';
import { Connecting } from './screens/connecting/connecting.tsx';
import { ScreenGuard } from './screens/screen-guard.tsx';
import { ScreenView } from './screens/screen-view.tsx';
import { Toast } from './parts/toast.tsx';
import { playFor } from './parts/sound.ts';

const ACTIVITY_EVERY_MS = 5_000;

/** Shows what the core says, tells the core what was touched; keeps nothing else. */
export function App({ bridge }: { readonly bridge: ShellBridge }) {
  const [model, setModel] = useState<ScreenModel | null>(null);
  const [guard] = useState(() => new TouchGuard());
  const activityAtMs = useRef(0);

  useEffect(
    () =>
      bridge.onScreen((next) => {
        const shown = next as ScreenModel | null;
        if (shown !== null && guard.shows(shown.screen, performance.now())) playFor(shown);
        setModel(shown);
      }),
    [bridge, guard],
  );

  const revision = model?.revision;
  useEffect(() => {
    if (revision === undefined) return;
    requestAnimationFrame(() => requestAnimationFrame(() => bridge.reportShown(revision)));
  }, [bridge, revision]);

  useEffect(() => {
    const root = document.documentElement;
    root.lang = model?.language ?? 'kk';
    root.dataset['theme'] = model?.display.highContrast === true ? 'high-contrast' : 'light';
    root.dataset['text'] = model?.display.largeText === true ? 'large' : 'normal';
    root.dataset['reach'] = model?.display.lowReach === true ? 'low' : 'normal';
  }, [model?.language, model?.display]);

  const context = useMemo(() => {
    if (model === null) return null;
    const { screen: _screen, data: _data, ...frame } = model;
    const allows = (kind: IntentKind) => model.intents.includes(kind);
    const send = (touch: Touch) => {
      const nowMs = performance.now();
      if (!allows(touch.kind)) return;
      if (touch.kind === 'activity') {
        if (nowMs - activityAtMs.current < ACTIVITY_EVERY_MS) return;
        activityAtMs.current = nowMs;
      } else if (!guard.takes(model.revision, nowMs)) return;
      bridge.sendIntent({ ...touch, revision: model.revision });
    };
    return { frame, allows, send };
  }, [bridge, guard, model]);

  if (model === null || context === null) return <Connecting />;
  const screen = { screen: model.screen, data: model.data } as Screen;
  return (
    <screenContext.Provider value={context}>
      <div className="app" data-screen={model.screen} data-revision={model.revision}>
        <ScreenGuard key={model.screen}>
          <Suspense fallback={<Connecting />}>
            <ScreenView screen={screen} beneath={model.beneath} />
          </Suspense>
        </ScreenGuard>
        {model.toast === null ? null : <Toast key={model.toast.id} textKey={model.toast.textKey} />}
      </div>
    </screenContext.Provider>
  );
}
