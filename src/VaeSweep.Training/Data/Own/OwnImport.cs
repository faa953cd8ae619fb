using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>Brings images of any format into the one form that trainers read. Takes memory for one image at a time, and room on
/// the disk for all of them twice.</summary>
/// <param name="staging">A folder for what is not finished; the caller removes it.</param>
/// <param name="progress">Told what is done, how many images of how many.</param>
internal sealed class OwnImport(
    ImportOptions options, string staging, Action<string, long, long>? progress, CancellationToken cancellationToken)
{
    private const int White = 255;
    private const int Buffered = 1 << 20;

    /// <summary>Values that occur among the pixels.</summary>
    private readonly bool[] _used = new bool[White + 1];
    private readonly List<string> _notes = [];

    /// <summary>What a person may want to know of how the images were read.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <returns>The finished file, below the staging folder, and its SHA-256.</returns>
    /// <exception cref="DatasetException">Something cannot be used; the message says which file and row.</exception>
    public (string File, string Sha256) Run(string path)
    {
        using var parts = new SourceFinder(options, staging, cancellationToken).Open(path);
        Compare(parts);
        var (black, white) = parts.All.All(part => part.HoldsLevels) && options.Range is null ? (0, White) : RangeOf(parts);
        var raw = parts.All.Select((part, number) => (part, File: Bytes(part, number, black, white))).ToList();
        var table = Table(raw);
        string FileOf(ImageSource part) => raw.Find(one => one.part == part).File;

        var (train, valid, test) = Split(parts);
        var finished = Path.Combine(staging, "finished");
        var size = parts.Train.Height * parts.Train.Width;
        OwnFile.Part Written((ImageSource Source, int[] Images) lot) => new(
            lot.Images.Length, stream => Gather(FileOf(lot.Source), lot.Images, size, table, stream),
            parts.All.All(part => part.Labels is not null) ? [.. lot.Images.Select(image => lot.Source.Labels![image])] : null);

        var isBinary = Enumerable.Range(0, White + 1).Where(value => _used[value]).All(value => table[value] is 0 or White);
        var sha256 = OwnFile.Write(finished, parts.Train.Height, parts.Train.Width, isBinary, parts.Train.LabelNames,
            [Written(train), Written(valid), Written(test)]);
        return (finished, sha256);
    }

    private static void Compare(ImageParts parts)
    {
        var first = parts.Train;
        foreach (var part in parts.All)
        {
            if ((part.Height, part.Width) != (first.Height, first.Width))
            {
                throw new DatasetException($"{part.At(0)} is {part.Height}x{part.Width}, where {first.At(0)} is "
                    + $"{first.Height}x{first.Width}: images of one set have one size.");
            }

            if ((long)part.Height * part.Width > 16_777_216)
            {
                throw new DatasetException($"{part.At(0)} is {part.Height}x{part.Width}: an image has at most "
                    + "16,777,216 pixels.");
            }

            if ((long)part.Count * part.Height * part.Width > Array.MaxLength)
            {
                throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                    $"{part.Place} has {part.Count:N0} images of {part.Height}x{part.Width}: a part of a data set has at most ")
                    + string.Create(CultureInfo.InvariantCulture, $"{Array.MaxLength:N0} pixels in all."));
            }
        }
    }

    /// <summary>Which values stand for black and for white.</summary>
    private (double Black, double White) RangeOf(ImageParts parts)
    {
        var (low, high, isWhole) = (double.PositiveInfinity, double.NegativeInfinity, true);
        var (lowest, highest) = ("", "");
        foreach (var part in parts.All)
        {
            foreach (var (number, image) in Watched(part, "looking at").Index())
            {
                foreach (var value in image)
                {
                    if (!float.IsFinite(value))
                        throw new DatasetException($"{part.At(number)} has a pixel that is {value}.");

                    isWhole &= value == MathF.Floor(value);
                    if (value < low)
                        (low, lowest) = (value, part.At(number));
                    if (value > high)
                        (high, highest) = (value, part.At(number));
                }
            }
        }

        if (options.Range is { } given)
        {
            var (least, most) = (Math.Min(given.Black, given.White), Math.Max(given.Black, given.White));
            if (low < least)
                throw new DatasetException($"{lowest} has the value {Shown(low)}, outside --range.");
            return high > most ? throw new DatasetException($"{highest} has the value {Shown(high)}, outside --range.") : given;
        }

        if (low < 0 || (high > 1 && !(isWhole && high <= White)))
        {
            throw new DatasetException(
                $"{parts.Train.Place} has values from {Shown(low)} ({lowest}) to {Shown(high)} ({highest}); read are "
                    + "values from 0 "
                    + "to 1, or whole ones from 0 to 255. --range BLACK,WHITE says what stands for black and for white.");
        }

        if (high <= 1 && !isWhole)
            _notes.Add("values from 0 to 1 are kept as 255ths: rounded by 0.002 at most");

        return high <= 1 ? (0, 1) : (0, White);
    }

    private static string Shown(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Writes a source's images as bytes, in its order.</summary>
    private string Bytes(ImageSource part, int number, double black, double white)
    {
        var file = Path.Combine(staging, $"raw-{number}");
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, Buffered);
        var pixels = new byte[part.Height * part.Width];
        var grey = part.Channels > 1 ? new float[pixels.Length] : null;
        var (isPlain, levels) = (black == 0 && white == White, White / (white - black));
        foreach (var (index, image) in Watched(part, "reading").Index())
        {
            var values = image;
            if (grey is not null)
            {
                if (!Luma.Fill(image, part.Channels, part.HoldsLevels, grey) && !options.Grey)
                    throw new DatasetException($"{part.At(index)} is in colour. {Luma.Advice}");

                values = grey;
            }

            for (var i = 0; i < pixels.Length; i++)
            {
                // Half up, as none is negative.
                var value = isPlain ? values[i] : (values[i] - black) * levels;
                pixels[i] = (byte)Math.Min(value + 0.5, White);
                _used[pixels[i]] = true;
            }

            stream.Write(pixels);
        }

        return file;
    }

    private IEnumerable<float[]> Watched(ImageSource part, string what)
    {
        var (passed, pixels) = (0, 0L);
        foreach (var image in part.Images())
        {
            yield return image;
            passed++;
            if ((pixels += image.Length) < Buffered && passed < part.Count)
                continue;

            pixels = 0;
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke($"{what} {part.Place}", passed, part.Count);
        }

        if (passed < part.Count)
        {
            throw new DatasetException($"{part.Place} had {part.Count} images, and {passed} a moment later; is it "
                + "being written?");
        }
    }

    /// <summary>What becomes of each grey value.</summary>
    private byte[] Table(List<(ImageSource Part, string File)> raw)
    {
        byte[] table = [.. Enumerable.Range(0, White + 1).Select(value => (byte)value)];
        int[] used = [.. Enumerable.Range(0, White + 1).Where(value => _used[value])];
        if (used.Length < 2)
        {
            throw new DatasetException($"{raw[0].Part.Place}: every pixel has the same value ({used[0]} of 255); there is "
                + "nothing to "
                + "learn.");
        }

        if (used[^1] == 1)
        {
            table[1] = White;
            _notes.Add("values are 0 and 1 alone: 1 is white");
        }

        if (options.Threshold is { } threshold)
            table = [.. table.Select(value => value >= threshold * White ? (byte)White : (byte)0)];
        else if (options.Binary && Array.Find(used, value => table[value] is not (0 or White)) is var grey and > 0)
            throw new DatasetException($"{Where(raw, grey)}; --threshold 0.5 makes images binary.");

        return table;
    }

    private string Where(List<(ImageSource Part, string File)> raw, int grey)
    {
        foreach (var (part, file) in raw)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, Buffered);
            var pixels = new byte[part.Height * part.Width];
            for (var image = 0; image < part.Count; image++)
            {
                stream.ReadExactly(pixels);
                if (Array.IndexOf(pixels, (byte)grey) is var at and >= 0)
                    return $"{part.At(image)} is not binary: row {at / part.Width}, column {at % part.Width} is {grey} of 255";
            }
        }

        throw new InvalidOperationException("A value that was read is nowhere.");
    }

    /// <summary>Cuts off what was not split yet, after a shuffle of its own that is always the same.</summary>
    private ((ImageSource, int[]) Train, (ImageSource, int[]) Valid, (ImageSource, int[]) Test) Split(ImageParts parts)
    {
        var order = Order(parts.Train.Count);
        var test = parts.Test is { } own ? (own, Order(own.Count)) : (parts.Train, Cut(options.Test, "test"));
        var valid = parts.Valid is { } other ? (other, Order(other.Count)) : (parts.Train, Cut(options.Valid, "valid"));
        return order.Length > 0 ? ((parts.Train, order), valid, test) : throw new DatasetException(
            $"{parts.Train.Place}: no image is left to train on; --valid and --test take fewer.");

        int[] Cut(double share, string option)
        {
            var all = parts.Train.Count;
            var count = share < 1 ? (int)Math.Round(share * all) : (int)share;
            if (option == "test" && count == 0)
                count = 1;

            if (count > order.Length)
            {
                throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                    $"--{option} {share}: {parts.Train.Place} has {order.Length:N0} left to take from."));
            }

            var cut = order[(order.Length - count)..];
            order = order[..(order.Length - count)];
            return cut;
        }
    }

    private int[] Order(int count) => options.KeepOrder ? [.. Enumerable.Range(0, count)] : EpochOrder.OfDataset("own", count);

    private void Gather(string file, int[] images, int size, byte[] table, Stream to)
    {
        using var from = File.OpenHandle(file, options: FileOptions.RandomAccess);
        var pixels = new byte[size];
        for (var i = 0; i < images.Length; i++)
        {
            if (i % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();

            for (var at = 0; at < size;)
            {
                var count = RandomAccess.Read(from, pixels.AsSpan(at), ((long)images[i] * size) + at);
                at += count > 0 ? count : throw new EndOfStreamException($"{file} is too short.");
            }

            for (var pixel = 0; pixel < size; pixel++)
                pixels[pixel] = table[pixels[pixel]];

            to.Write(pixels);
        }
    }
}
