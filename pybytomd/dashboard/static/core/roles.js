/** What the token of who looks opens. What takes another role is not offered, and the node would refuse it. */

/** The roles: all of them, until the node has said otherwise. */
export const may = {read: true, wallet: true, spend: true, mining: true, admin: true};
export const grant = roles => {for (const role of Object.keys(may)) may[role] = !roles || roles.includes(role);};

/** The role that a section or one of its pages takes, if it is more than to look. */
const NEEDS = {
	wallet: "wallet", "wallet/send": "spend", "wallet/accounts/new": "spend", "wallet/assets/new": "spend", "wallet/sign": "spend", "wallet/backup": "admin", first: "spend", restore: "admin",
	"contracts/unlock": "spend", "network/access": "admin", "network/webhooks": "admin", "network/logs": "admin",
};
/** The role that is missing for a route, if one is. */
export function lacking(route) {
	const steps = route.split("/");
	const fits = steps.map((_, i) => NEEDS[steps.slice(0, steps.length - i).join("/")]).find(Boolean);
	return fits && !may[fits] ? fits : null;
}
