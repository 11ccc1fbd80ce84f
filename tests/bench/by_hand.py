"""What a search without netweight has: the shapes and parameters of a candidate of 45 layers,
counted by hand. Prints the microseconds of one candidate."""
import time

WIDTHS = (16, 24, 32, 48, 64, 96, 128)


def candidate(number):
    layers = []
    for i in range(14):
        width = WIDTHS[(number >> i) % 7]
        layers.append(("Conv2D", width, 3, 2 if i % 4 == 3 else 1))
        layers.append(("BatchNormalization",))
        layers.append(("ReLU",))
    return layers + [("GlobalAveragePooling2D",), ("Dropout", 0.2), ("Dense", 10)]


def count(layers):
    shape, params = (32, 32, 3), 0
    for layer in layers:
        kind = layer[0]
        if kind == "Conv2D":
            rows, columns, channels = shape
            _, filters, kernel, stride = layer
            params += (kernel * kernel * channels + 1) * filters
            shape = (-(-rows // stride), -(-columns // stride), filters)
        elif kind == "BatchNormalization":
            params += 4 * shape[-1]
        elif kind == "GlobalAveragePooling2D":
            shape = (shape[-1],)
        elif kind == "Dense":
            params += (shape[-1] + 1) * layer[1]
            shape = shape[:-1] + (layer[1],)
    return params


def main():
    best = 1e9
    for turn in range(600):
        begin = time.perf_counter()
        for number in range(50):
            count(candidate(turn % 20 * 50 + number))
        best = min(best, (time.perf_counter() - begin) / 50 * 1e6)
    print(f"{best:.2f}")


if __name__ == "__main__":
    main()
