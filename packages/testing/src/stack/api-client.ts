/** A caller of the control plane's HTTP APIs, for tests and benchmarks. Every call has a deadline of its own. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** The parsed JSON body; the text where it is not JSON. */
  body: any;
}

export interface ApiClient {
  call(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<ApiAnswer>;
  /** GET that must answer 2xx. */
  get(path: string): Promise<any>;
  /** POST that must answer 2xx. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<any>;
}

export function createApiClient(baseUrl: string, credentials: Record<string, string>): ApiClient {
  const call: ApiClient['call'] = async (method, path, options = {}) => {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...credentials,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const succeed = async (method: string, path: string, options: Parameters<ApiClient['call']>[2]) => {
    const answer = await call(method, path, options);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  };
  return {
    call,
    get: (path) => succeed('GET', path, {}),
    post: (path, body, headers) => succeed('POST', path, { body, headers }),
  };
}

export const asAdmin = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
export const asPortal = (key: string, email: string): Record<string, string> => ({
  'x-portal-key': key,
  'x-user-email': email,
});
