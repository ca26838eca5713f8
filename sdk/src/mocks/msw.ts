import { http, type RequestHandler } from 'msw'

/**
 * The one handler that everything goes through: which operation is asked for is read from the spec, not from patterns, whose
 * rules differ between the versions of MSW.
 * @param pattern a path pattern of MSW
 * @param answer undefined hands the request on to other handlers
 */
export function createMswHandlers(
  pattern: string,
  answer: (request: Request) => Promise<Response | undefined>,
): RequestHandler[] {
  return [http.all(pattern, ({ request }) => answer(request))]
}
