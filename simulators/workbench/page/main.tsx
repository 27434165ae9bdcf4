import '@fontsource-variable/golos-text/wght.css';
import '@fontsource-variable/noto-sans-mono/wght.css';
import './theme/tokens.css';
import './theme/workbench.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBenchLink } from './link/bench-link.ts';
import { createScreenLink } from './link/screen-link.ts';
import { BenchContext } from './link/use-bench.ts';
import { Workbench } from './panels/workbench.tsx';

const links = { bench: createBenchLink(), screen: createScreenLink() };
createRoot(document.getElementById('workbench')!).render(
  <StrictMode>
    <BenchContext value={links}>
      <Workbench />
    </BenchContext>
  </StrictMode>,
);
