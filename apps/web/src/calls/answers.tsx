'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Refused } from './control-plane';

/** What the control plane answered, kept while it is fresh; live events say when it no longer is. */
export function Answers({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 5_000,
            refetchOnWindowFocus: true,
            // A refusal is an answer; an outage may be over in a moment.
            retry: (failures, error) => failures < 2 && error instanceof Refused && error.isOutage,
          },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
