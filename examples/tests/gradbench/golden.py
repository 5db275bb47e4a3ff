"""Writes golden.json: inputs and outputs of the evals, computed with 60 digits (`pip install mpmath`).

The objectives are written here from GradBench's formulas, and their derivatives are central differences with a step of
1e-20, which leaves 30 digits right: nothing is shared with the programs under test. Run it in this folder;
it takes some minutes.
"""
import json
import random

from mpmath import cos, exp, gamma, log, matrix, mp, mpf, pi, sin, sqrt, tanh

mp.dps = 60
random.seed(1)
STEP = mpf(10) ** -20
CASES = []


def uniform(*shape, low=0.0, high=1.0):
    if not shape:
        return round(random.uniform(low, high), 4)
    return [uniform(*shape[1:], low=low, high=high) for _ in range(shape[0])]



def exact(v):
    """The same nested lists, as numbers of 60 digits."""
    return [exact(e) for e in v] if isinstance(v, list) else mpf(v)


def flat(v):
    return [e for part in v for e in flat(part)] if isinstance(v, list) else [v]


def like(shape, numbers):
    """Numbers, in order, in nested lists as those of `shape`."""
    numbers = iter(numbers)

    def build(s):
        return [build(e) for e in s] if isinstance(s, list) else next(numbers)

    return build(shape)


def derivative(f, at):
    """One list of derivatives for each number in `at`, of a function from nested lists to a list."""
    columns = []
    numbers = flat(at)
    for i in range(len(numbers)):
        up, down = list(numbers), list(numbers)
        up[i] += STEP
        down[i] -= STEP
        plus, minus = f(like(at, up)), f(like(at, down))
        columns.append([(p - m) / (2 * STEP) for p, m in zip(plus, minus)])
    return columns


def gradient(f, at):
    return like(at, [column[0] for column in derivative(lambda x: [f(x)], at)])


def plain(v):
    if isinstance(v, dict):
        return {key: plain(e) for key, e in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(e) for e in v]
    if isinstance(v, mpf):
        return 0.0 if abs(v) < 1e-30 else float(v)
    return v


def case(module, function, input, output):
    CASES.append({"module": module, "function": function, "input": input, "output": plain(output)})


def hello():
    for x in [1, 4, 128, 16384, -2.5]:
        case("hello", "square", x, mpf(x) ** 2)
        case("hello", "double", x, gradient(lambda x: x[0] ** 2, [mpf(x)])[0])


def lse():
    f = lambda x: log(sum(exp(e) for e in x))
    for x in [uniform(7), [-1000.0, -1001.5, -999.25], [1000.0, 999.0], [3.5], [0.5, 0.5, 0.25], [-5.0, 800.0]]:
        case("lse", "primal", {"x": x}, f(exact(x)))
        case("lse", "gradient", {"x": x}, gradient(f, exact(x)))


def llsq():
    def f(x, n):
        total = mpf(0)
        for i in range(n):
            t = mpf(2 * i) / (n - 1) - 1
            sign = (t > 0) - (t < 0)
            total += (sign - sum(e * t**j for j, e in enumerate(x))) ** 2 / 2
        return total

    for m, n in [(4, 6), (4, 5), (1, 3), (3, 2), (6, 33)]:
        x = uniform(m, low=-1.0)
        case("llsq", "primal", {"x": x, "n": n}, f(exact(x), n))
        case("llsq", "gradient", {"x": x, "n": n}, gradient(lambda x: f(x, n), exact(x)))


def kmeans():
    distance = lambda a, b: sum((x - y) ** 2 for x, y in zip(a, b))
    # In the last, the first point is as near to the second centroid as to the first, and goes to the first.
    tie = ([[0.0, 0.0], [1.5, 0.0], [-1.5, 0.5]], [[-1.0, 0.0], [1.0, 0.0]])
    points = uniform(20, 3)
    for points, centroids in [(points, points[-3:]), (uniform(9, 2), uniform(1, 2)), tie]:
        p, c = exact(points), exact(centroids)
        nearest = [min(range(len(c)), key=lambda j: distance(c[j], x)) for x in p]
        owned = [[x for x, j in zip(p, nearest) if j == k] for k in range(len(c))]
        means = [[sum(column) / len(o) for column in zip(*o)] for o in owned]
        input = {"points": points, "centroids": centroids}
        case("kmeans", "cost", input, sum(min(distance(x, e) for e in c) for x in p))
        case("kmeans", "dir", input, [[a - b for a, b in zip(e, m)] for e, m in zip(c, means)])


def det():
    def f(a):
        ell = round(len(a) ** 0.5)
        return mp.det(matrix(ell, ell)) if ell == 0 else mp.det(matrix([a[i * ell : i * ell + ell] for i in range(ell)]))

    for ell in [1, 2, 3, 5, 6]:
        a = uniform(ell * ell)
        if ell == 1:
            case("det", "primal", {"A": a, "ell": 1}, a[0])
            case("det", "gradient", {"A": a, "ell": 1}, [1.0])
        else:
            case("det", "primal", {"A": a, "ell": ell}, f(exact(a)))
            case("det", "gradient", {"A": a, "ell": ell}, gradient(f, exact(a)))


def gmm():
    def f(parameters, x, g, m):
        alpha, mu, q, l = parameters
        d, k, n = len(mu[0]), len(alpha), len(x)
        roots = []
        for c in range(k):
            root = matrix(d, d)
            below = iter(l[c])
            for j in range(d):
                root[j, j] = exp(q[c][j])
                for i in range(j + 1, d):
                    root[i, j] = next(below)
            roots.append(root)
        likelihood = mpf(0)
        for point in x:
            terms = mpf(0)
            for c in range(k):
                v = roots[c] * matrix([a - b for a, b in zip(point, mu[c])])
                terms += exp(alpha[c] + sum(q[c]) - sum(e**2 for e in v) / 2)
            likelihood += log(terms) - log(sum(exp(a) for a in alpha)) - mpf(d) / 2 * log(2 * pi)
        prior = mpf(0)
        for c in range(k):
            p = d + m + 1
            many = pi ** (mpf(d * (d - 1)) / 4)
            for j in range(1, d + 1):
                many *= gamma(mpf(p) / 2 + mpf(1 - j) / 2)
            square = sum(roots[c][i, j] ** 2 for i in range(d) for j in range(d))
            prior += p * d * (log(g) - log(mpf(2)) / 2) - log(many) + m * sum(q[c]) - g**2 / 2 * square
        return likelihood + prior

    for d, k, n, m, g in [(2, 3, 5, 0, 1.0), (1, 2, 4, 0, 1.0), (3, 2, 4, 2, 0.75), (4, 1, 2, 1, 1.5)]:
        x = uniform(n, d, low=-1.0)
        parameters = [uniform(k), uniform(k, d), uniform(k, d, low=-1.0), uniform(k, d * (d - 1) // 2, low=-1.0)]
        named = dict(zip(["alpha", "mu", "q", "l"], parameters))
        input = {"d": d, "k": k, "n": n, "x": x, "gamma": g, "m": m} | named
        at = exact(parameters)
        objective = lambda parameters: f(parameters, exact(x), mpf(g), m)
        case("gmm", "objective", input, objective(at))
        case("gmm", "jacobian", input, dict(zip(named, gradient(objective, at))))


def lstm_loss(parameters, state, sequence):
    sigmoid = lambda v: 1 / (1 + exp(-v))
    main, extra = parameters
    b, layers = len(extra[0]), len(state) // 2
    h, cell = [list(state[2 * i]) for i in range(layers)], [list(state[2 * i + 1]) for i in range(layers)]
    total = mpf(0)
    for now, then in zip(sequence, sequence[1:]):
        signal = [v * w for v, w in zip(now, extra[0])]
        for i in range(layers):
            gate = lambda g, v, j: v[j] * main[2 * i][g * b + j] + main[2 * i + 1][g * b + j]
            new = []
            for j in range(b):
                kept = cell[i][j] * sigmoid(gate(0, signal, j))
                cell[i][j] = kept + sigmoid(gate(1, h[i], j)) * tanh(gate(3, h[i], j))
                new.append(sigmoid(gate(2, signal, j)) * tanh(cell[i][j]))
            h[i] = signal = new
        y = [v * w + o for v, w, o in zip(signal, extra[1], extra[2])]
        z = log(2 + sum(exp(v) for v in y))
        total += sum(bit * (v - z) for bit, v in zip(then, y))
    return -total / (b * (len(sequence) - 1))


def lstm():
    for layers, b, c in [(1, 2, 2), (2, 3, 5), (3, 2, 9)]:
        parameters = [uniform(2 * layers, 4 * b), uniform(3, b)]
        state, sequence = uniform(2 * layers, b), [[random.randint(0, 1) for _ in range(b)] for _ in range(c)]
        input = {"main_params": parameters[0], "extra_params": parameters[1], "state": state, "sequence": sequence}
        objective = lambda p: lstm_loss(p, exact(state), exact(sequence))
        case("lstm", "objective", input, objective(exact(parameters)))
        case("lstm", "jacobian", input, flat(gradient(objective, exact(parameters))))


def ode():
    def f(x, s):
        slope = lambda y: [x[0]] + [x[i] * y[i - 1] for i in range(1, len(x))]
        along = lambda y, h, k: [a + h * b for a, b in zip(y, k)]
        y, h = [mpf(0)] * len(x), mpf(2) / s
        for _ in range(s):
            a = slope(y)
            b = slope(along(y, h / 2, a))
            c = slope(along(y, h / 2, b))
            e = slope(along(y, h, c))
            y = [v + h / 6 * (p + 2 * q + 2 * r + t) for v, p, q, r, t in zip(y, a, b, c, e)]
        return y

    # One component more than four for each step, and the last one is exactly zero.
    for n, s in [(3, 2), (4, 1), (5, 1), (8, 2), (9, 2), (1, 3), (6, 5), (2, 1)]:
        x = uniform(n)
        case("ode", "primal", {"x": x, "s": s}, f(exact(x), s))
        case("ode", "gradient", {"x": x, "s": s}, gradient(lambda x: f(x, s)[-1], exact(x)))


def turned(r, v):
    """Rodrigues' formula, as the exponential series of the cross product with `r`: no division by an angle."""
    total, term = list(v), list(v)
    for order in range(1, 80):
        a, b, c = term
        term = [(r[1] * c - r[2] * b) / order, (r[2] * a - r[0] * c) / order, (r[0] * b - r[1] * a) / order]
        total = [s + t for s, t in zip(total, term)]
    return total


def reprojection(parameters, feat):
    cam, x, w = parameters
    y = turned(cam[:3], [a - b for a, b in zip(x, cam[3:6])])
    u = [y[0] / y[2], y[1] / y[2]]
    s = u[0] ** 2 + u[1] ** 2
    lens = 1 + cam[9] * s + cam[10] * s**2
    return [w[0] * (cam[6] * lens * u[i] + cam[7 + i] - feat[i]) for i in range(2)]


def observations(input):
    n, m, p, cam, x, w, feat = input.values()
    at = exact([cam, x, [w]])
    error = {"elements": reprojection(at, exact(feat)), "repeated": p}
    case("ba", "objective", input, {"reproj_error": error, "w_err": {"element": 1 - mpf(w) ** 2, "repeated": p}})
    columns = derivative(lambda at: reprojection(at, exact(feat)), at)
    rows, cols, vals = [0], [], []
    for i in range(2 * p):
        o = i // 2
        cols += [11 * (o % n) + j for j in range(11)] + [11 * n + 3 * (o % m) + j for j in range(3)]
        cols += [11 * n + 3 * m + o]
        vals += [column[i % 2] for column in columns]
        rows.append(len(cols))
    for o in range(p):
        cols.append(11 * n + 3 * m + o)
        vals.append(-2 * mpf(w))
        rows.append(len(cols))
    sent = lambda v: v[:30] + v[-1:]
    case("ba", "jacobian", input, {"rows": sent(rows), "cols": sent(cols), "vals": sent(vals)})


def ba():
    for n, m, p, still in [(3, 4, 10, False), (2, 5, 11, True), (7, 2, 40, False)]:
        cam = [0.0] * 3 + uniform(8) if still else uniform(11)
        x, w, feat = [uniform(), uniform(), uniform(low=2.0, high=3.0)], uniform(), uniform(2)
        observations({"n": n, "m": m, "p": p, "cam": cam, "x": x, "w": w, "feat": feat})


def times(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def hand(theta, us, model, points, correspondences):
    absolutes = []
    for bone in range(22):
        flex = spread = mpf(0)
        finger, joint = (bone - 1) // 4, (bone - 1) % 4
        if 1 <= bone <= 20 and joint > 0:
            t = theta[6 + 4 * finger : 10 + 4 * finger]
            flex, spread = (t[0], t[1]) if joint == 1 else (t[joint], mpf(0))
        cx, sx, cz, sz = cos(flex), sin(flex), cos(spread), sin(spread)
        rx = [[1, 0, 0, 0], [0, cx, -sx, 0], [0, sx, cx, 0], [0, 0, 0, 1]]
        rz = [[cz, -sz, 0, 0], [sz, cz, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        relative = times(exact(model["base_relatives"][bone]), times(rz, rx))
        parent = model["parents"][bone]
        absolutes.append(relative if parent < 0 else times(absolutes[parent], relative))
    transforms = [times(a, exact(b)) for a, b in zip(absolutes, model["inverse_base_absolutes"])]
    vertices = []
    for base, weights in zip(model["base_positions"], model["weights"]):
        v = [mpf(0)] * 3
        for weight, transform in zip(weights, transforms):
            if weight == 0:
                continue
            moved = times(transform, [[mpf(e)] for e in base])
            v = [a + weight * b[0] for a, b in zip(v, moved)]
        if model["is_mirrored"]:
            v[0] = -v[0]
        if sqrt(sum(e**2 for e in theta[:3])) >= 1e-4:
            v = turned(theta[:3], v)
        vertices.append([a + b for a, b in zip(v, theta[3:6])])
    out = []
    for i, (point, c) in enumerate(zip(points, correspondences)):
        if us:
            a, b, d = (vertices[j] for j in model["triangles"][c])
            u, v = us[i]
            place = [u * x + v * y + (1 - u - v) * z for x, y, z in zip(a, b, d)]
        else:
            place = vertices[c]
        out += [mpf(x) - y for x, y in zip(point, place)]
    return out


def ht():
    def model(mirrored):
        rows = lambda: uniform(3, 4, low=-1.0) + [[0.0, 0.0, 0.0, 1.0]]
        parents = [-1] + [0 if b % 4 == 1 else b - 1 for b in range(1, 21)] + [0]
        weights = [[0.0] * 22 for _ in range(5)]
        for row in weights:
            for bone in random.sample(range(22), 3):
                row[bone] = uniform()
        return {
            "bone_count": 22,
            "bone_names": [f"bone{b}" for b in range(22)],
            "parents": parents,
            "base_relatives": [rows() for _ in range(22)],
            "inverse_base_absolutes": [rows() for _ in range(22)],
            "base_positions": [p + [1.0] for p in uniform(5, 3)],
            "weights": weights,
            "triangles": [[0, 1, 2], [3, 1, 4], [4, 2, 0]],
            "is_mirrored": mirrored,
        }

    for complicated, mirrored, still in [(True, False, False), (False, False, False), (True, True, False), (False, False, True)]:
        m = model(mirrored)
        theta = uniform(26, low=-0.5)
        if still:
            theta[:3] = [3e-5, -4e-5, 2e-5]
        correspondences = [1, 0, 2] if complicated else [4, 0]
        us = uniform(3, 2) if complicated else []
        points = uniform(len(correspondences), 3)
        data = {"correspondences": correspondences, "points": points, "model": m}
        input = {"theta": theta, "us": us, "data": data}
        run = lambda theta, us: hand(theta, us, m, points, correspondences)
        case("ht", "objective", input, run(exact(theta), exact(us)))
        columns = derivative(lambda theta: run(theta, exact(us)), exact(theta))
        if complicated:
            own = derivative(lambda us: run(exact(theta), us), exact(us))
            rows = len(columns[0])
            columns = [[own[2 * (r // 3) + side][r] for r in range(rows)] for side in range(2)] + columns
        case("ht", "jacobian", input, [list(row) for row in zip(*columns)])


def argmin(f, start):
    length = lambda v: sqrt(sum(e**2 for e in v))
    slope = lambda x: gradient(f, x)
    x, rate, count = start, mpf("1e-5"), 0
    value, g = f(x), slope(x)
    while length(g) > mpf("1e-5"):
        if count == 10:
            rate, count = 2 * rate, 0
            continue
        after = [a - rate * b for a, b in zip(x, g)]
        if length([a - b for a, b in zip(x, after)]) <= mpf("1e-5"):
            break
        lower = f(after)
        if lower < value:
            x, value, g, count = after, lower, slope(after), count + 1
        else:
            rate, count = rate / 2, 0
    return x


def particle():
    def slope(position, charges):
        # The potential is a sum of 1/r, whose slope is -(x - c)/r^3.
        total = [mpf(0), mpf(0)]
        for c in charges:
            away = [a - b for a, b in zip(position, c)]
            cube = sqrt(away[0] ** 2 + away[1] ** 2) ** 3
            total = [t - a / cube for t, a in zip(total, away)]
        return total

    def landing(w):
        charges = [[mpf(10), 10 - w[0]], [mpf(10), mpf(0)]]
        x, v, dt = [mpf(0), mpf(8)], [mpf("0.75"), mpf(0)], mpf("0.1")
        while True:
            s = slope(x, charges)
            x = [a + dt * b for a, b in zip(x, v)]
            if x[1] <= 0:
                return (x[0] - x[1] / v[1] * v[0]) ** 2
            v = [a - dt * b for a, b in zip(v, s)]

    for w in [0.0, 0.125]:
        found = argmin(landing, [mpf(w)])[0]
        for function in ["rr", "rf", "fr", "ff"]:
            case("particle", function, {"w": w}, found)


def saddle():
    f = lambda x, y: x[0] ** 2 + x[1] ** 2 - y[0] ** 2 - y[1] ** 2
    for start in [[1, 1], [0.5, -0.25]]:
        at = exact(start)
        highest = lambda x: argmin(lambda y: -f(x, y), at)
        x = argmin(lambda x: f(x, highest(x)), at)
        for function in ["rr", "rf", "fr", "ff"]:
            case("saddle", function, {"start": start}, x + highest(x))


DATA = "../../data/gradbench/"


def weighted(numbers):
    """A long result in one number. The test weighs alike."""
    return sum(cos(i) * v for i, v in enumerate(numbers))


def lines_of(name):
    return [line for line in open(DATA + name).read().split("\n") if line.strip()]


def real_ba():
    lines = [line.split() for line in lines_of("ba1_n49_m7776_p31843.txt")]
    n, m, p = map(int, lines[0])
    cam, x, w, feat = [[float(v) for v in line] for line in lines[1:]]
    observations({"n": n, "m": m, "p": p, "cam": cam, "x": x, "w": w[0], "feat": feat})


def real_lstm():
    lines = lines_of("lstm_l2_c1024.txt")
    l, b, c = map(int, lines[0].split())
    rows = [[mpf(v) for v in line.split()] for line in lines[1:]]
    parameters, state, sequence = [rows[: 2 * l], rows[2 * l : 2 * l + 3]], rows[2 * l + 3 : 4 * l + 3], rows[4 * l + 3 :]
    numbers = flat(parameters)
    at = lambda h: lstm_loss(like(parameters, [v + h * cos(i) for i, v in enumerate(numbers)]), state, sequence)
    case("real lstm", "objective", None, at(0))
    case("real lstm", "jacobian", None, (at(STEP) - at(-STEP)) / (2 * STEP))


def real_ht():
    bones = [line.split(":") for line in lines_of("ht/model/bones.txt")]
    square = lambda v: [v[i : i + 4] for i in range(0, 16, 4)]
    model = {
        "parents": [int(b[1]) for b in bones],
        "base_relatives": [square(b[2:18]) for b in bones],
        "inverse_base_absolutes": [square(b[18:34]) for b in bones],
        "base_positions": [],
        "weights": [],
        "triangles": [list(map(int, line.split(":"))) for line in lines_of("ht/model/triangles.txt")],
        "is_mirrored": False,
    }
    for line in lines_of("ht/model/vertices.txt"):
        v = line.split(":")
        weights = [mpf(0)] * len(bones)
        for k in range(int(v[8])):
            weights[int(v[9 + 2 * k])] = mpf(v[10 + 2 * k])
        model["base_positions"].append(v[:3] + ["1.0"])
        model["weights"].append(weights)
    for variant in ["simple", "complicated"]:
        lines = [line.split() for line in lines_of(f"ht/{variant}_hand1_t26_c100.txt")]
        p = int(lines[0][0])
        seen, rest = lines[1 : p + 1], lines[p + 1 :]
        us = [[mpf(v) for v in row] for row in rest[:p]] if variant == "complicated" else []
        theta = [mpf(row[0]) for row in rest[len(us) :]]
        at = lambda theta, us: hand(theta, us, model, [row[1:] for row in seen], [int(row[0]) for row in seen])
        case(f"real ht {variant}", "objective", None, weighted(at(theta, us)))
        columns = []
        for side in range(2 if us else 0):
            moved = lambda h: at(theta, [[v + h * (side == k) for k, v in enumerate(row)] for row in us])
            columns.append(weighted((a - b) / (2 * STEP) for a, b in zip(moved(STEP), moved(-STEP))))
        columns += [weighted(column) for column in derivative(lambda theta: at(theta, us), theta)]
        case(f"real ht {variant}", "jacobian", None, columns)


for eval in [real_ba, real_lstm, real_ht, hello, lse, llsq, kmeans, det, gmm, lstm, ode, ba, ht, particle, saddle]:
    eval()
with open("golden.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in CASES) + "\n]\n")
