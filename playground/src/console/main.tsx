import './trusted';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/states.css';
import './ui/frame.css';
import './ui/list.css';
import './ui/user.css';
import './ui/narrow.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refusal } from './api/send';
import { watchSession } from './api/session';
import { routerOf } from './routes';
import { WordsProvider } from './words';

/** The server is busy or restarts: worth another try. All other refusals stay. */
const isPassing = (error: Error) => error instanceof Refusal && error.code === 'UNAVAILABLE';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: 'always',
      retry: (failures, error) => isPassing(error) && failures < 3,
      retryDelay: (failures) => 500 * 2 ** failures,
    },
    mutations: { networkMode: 'always' },
  },
});
watchSession(queries);
const router = routerOf(queries);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <WordsProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </WordsProvider>
  </StrictMode>,
);
