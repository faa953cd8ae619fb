using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.Sprites))]

namespace VaeSweep.Training.Data;

/// <summary>Small shapes with known factors, made by the program: the same bytes on every machine, and no file to
/// fetch.</summary>
/// <remarks>After dSprites (L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, 2017), at 28 x 28 and with softened edges. Rotation
/// covers a quarter turn, so that no two factor combinations give the same image. Only additions and multiplications of doubles
/// are used, no library functions, because those differ between machines in the last bit.</remarks>
public static class Sprites
{
    private const int Side = 28;
    private const int Samples = 4;
    private const double LargestRadius = 8;

    // One step of rotation: a quarter turn in 20 steps, 4.5 degrees.
    private const double StepCosine = 0.99691733373312796;
    private const double StepSine = 0.078459095727844944;

    private static readonly string[] _factorNames = ["shape", "scale", "rotation", "x", "y"];
    private static readonly int[] _factorSizes = [3, 6, 20, 16, 16];

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("sprites"),
        Title = "Sprites: squares, ellipses and hearts with known factors",
        Note = "Made by the program; needs no files. Grey, shapes are bright. 8,000 of the 92,160 combinations of shape, scale, "
            + "rotation, x and y, " +
            "drawn once by a fixed seed. Labels: 0 square, 1 ellipse, 2 heart.",
        Citation = "after L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, \"dSprites: disentanglement testing sprites "
            + "dataset\", 2017",
        Licence = "MIT, as the program",
        Forms = [new DataForm([], _ => Make())],
    };

    /// <summary>Draws one image.</summary>
    /// <param name="factors">shape (0 square, 1 ellipse, 2 heart), scale 0..5, rotation 0..19, x 0..15, y 0..15.</param>
    /// <param name="image">[784], row by row.</param>
    public static void Draw(ReadOnlySpan<int> factors, Span<byte> image)
    {
        var radius = LargestRadius * (5 + factors[1]) / 10.0;
        var (cosine, sine) = Rotation(factors[2]);
        var centerX = Side / 2.0 - 5 + factors[3] * 10.0 / 15.0;
        var centerY = Side / 2.0 - 5 + factors[4] * 10.0 / 15.0;
        var reach = radius + 1;
        image.Clear();
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (toX, toY) = (column + 0.5 - centerX, row + 0.5 - centerY);
                if (toX * toX + toY * toY > reach * reach)
                    continue;

                var inside = 0;
                for (var sample = 0; sample < Samples * Samples; sample++)
                {
                    var dx = (column + (sample % Samples + 0.5) / Samples - centerX) / radius;
                    var dy = (row + (sample / Samples + 0.5) / Samples - centerY) / radius;
                    inside += IsInside(factors[0], cosine * dx + sine * dy, cosine * dy - sine * dx) ? 1 : 0;
                }

                image[row * Side + column] = (byte)((255 * inside + Samples * Samples / 2) / (Samples * Samples));
            }
        }
    }

    private static PublishedImages Make()
    {
        var combinations = _factorSizes.Aggregate(1, (product, size) => product * size);
        var order = EpochOrder.OfDataset("sprites", combinations);
        var (train, valid, test) = (Source.Facts.TrainImages, Source.Facts.ValidImages, Source.Facts.TestImages);
        return new PublishedImages(
            Make(SplitKind.Train, order.AsSpan(0, train)),
            Make(SplitKind.Valid, order.AsSpan(train, valid)),
            Make(SplitKind.Test, order.AsSpan(train + valid, test)));
    }

    private static ImageSplit Make(SplitKind part, ReadOnlySpan<int> combinations)
    {
        var factors = new int[combinations.Length * _factorSizes.Length];
        var labels = new int[combinations.Length];
        var pixels = new byte[combinations.Length * Side * Side];
        for (var i = 0; i < combinations.Length; i++)
        {
            var own = factors.AsSpan(i * _factorSizes.Length, _factorSizes.Length);
            var rest = combinations[i];
            for (var factor = 0; factor < own.Length; factor++)
                (rest, own[factor]) = Math.DivRem(rest, _factorSizes[factor]);

            labels[i] = own[0];
            Draw(own, pixels.AsSpan(i * Side * Side, Side * Side));
        }

        return new ImageSplit(part, pixels, Side * Side, labels, rows: null,
            new FactorTable(_factorNames, _factorSizes, factors));
    }

    private static (double Cosine, double Sine) Rotation(int steps)
    {
        var (cosine, sine) = (1.0, 0.0);
        for (var i = 0; i < steps; i++)
            (cosine, sine) = (cosine * StepCosine - sine * StepSine, sine * StepCosine + cosine * StepSine);

        return (cosine, sine);
    }

    /// <summary>Whether a point lies in a shape that fits the unit circle; y points down.</summary>
    private static bool IsInside(int shape, double x, double y)
    {
        const double HalfSide = 0.70710678118654752;
        const double Narrow = 0.6;
        const double HeartExtent = 1.45;
        switch (shape)
        {
            case 0:
                return x <= HalfSide && x >= -HalfSide && y <= HalfSide && y >= -HalfSide;
            case 1:
                return x * x + y * y / (Narrow * Narrow) <= 1;
            default:
                var (u, v) = (HeartExtent * x, -HeartExtent * y);
                var ring = u * u + v * v - 1;
                return ring * ring * ring - u * u * v * v * v <= 0;
        }
    }
}
