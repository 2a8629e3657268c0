/** The OpenAPI document; its code is loaded when somebody asks for it. */
export const loadOpenApi = async (): Promise<string> => (await import('./openapi.ts')).openApiText();
