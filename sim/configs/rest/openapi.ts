/** The API's description in OpenAPI 3.1, served at `/openapi.json`. */

export const openApiText = "{}";
