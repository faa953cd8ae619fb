using System.Buffers.Binary;
using System.Text;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>Sets of which no copy could be had: small files written in their formats.</summary>
public class UnseenSetsTests
{
    [Fact]
    public void Small_NORB_is_scaled_down_by_the_mean_of_nine_pixels_and_keeps_pairs_and_categories_together()
    {
        const int Pairs = 3;
        // Image i has the grey value 10 i, with a bright square at its upper left and one bright pixel beside it.
        var photos = Photos(Pairs);
        var files = new[] { Matrix(NorbReader.Bytes, [Pairs, 2, 96, 96], photos), Categories([4, 0, 2]),
            Matrix(NorbReader.Bytes, [Pairs, 2, 96, 96], photos), Categories([1, 1, 3]) };

        var images = SmallNorb.Read(files, Pairs);

        Assert.Equal((6, 6, 1024), (images.Train.Count, images.Test.Count, images.Test.Dimensions));
        Assert.Equal([1, 1, 1, 1, 3, 3], images.Test.Labels!);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(255, images.Test.Image(i)[0]);
            Assert.Equal((byte)Math.Floor((((8 * 10 * i) + 255) / 9.0) + 0.5), images.Test.Image(i)[1]);
            Assert.Equal(10 * i, images.Test.Image(i)[1023]);
        }

        // Shuffled by pairs: the second camera follows the first, with the same category.
        var pairs = Enumerable.Range(0, Pairs)
            .Select(
                pair => (First: images.Train.Image(2 * pair)[1023] / 10, Second: images.Train.Image((2 * pair) + 1)[1023] / 10))
                    .ToArray();
        Assert.Equal([(0, 1), (2, 3), (4, 5)], pairs.Order());
        Assert.Equal(pairs.Select(pair => new[] { 4, 0, 2 }[pair.First / 2]), Enumerable.Range(0, Pairs)
            .Select(pair => images.Train.Labels![2 * pair]));
    }

    [Fact]
    public void A_NORB_matrix_of_another_type_shape_or_length_is_refused_with_what_was_found()
    {
        var sound = Matrix(NorbReader.Bytes, [2, 3], [1, 2, 3, 4, 5, 6]);

        Assert.Equal([1, 2, 3, 4, 5, 6], NorbReader.ParseBytes(sound, 2, 3).ToArray());
        Assert.Contains("of a NORB matrix of integers, found that of bytes",
            Assert.Throws<DataFormatException>(() => NorbReader.ParseIntegers(sound, 2, 3)).Message);
        Assert.Contains("2 dimensions, 3 x 2, found 2, beginning with 2 x 3",
            Assert.Throws<DataFormatException>(() => NorbReader.ParseBytes(sound, 3, 2)).Message);
        Assert.Contains("3 dimensions", Assert.Throws<DataFormatException>(() => NorbReader.ParseBytes(sound, 2, 3, 1)).Message);
        Assert.Contains("found 4D35301E",
            Assert.Throws<DataFormatException>(() =>
                NorbReader.ParseBytes(new DataContent("x", [0x1E, 0x30, 0x35, 0x4D, .. sound.Bytes[4..]]), 2, 3)).Message);
        for (var length = 0; length < sound.Bytes.Length; length++)
        {
            var cut = new DataContent("cut.mat", sound.Bytes[..length]);
            Assert.Throws<DataFormatException>(() => NorbReader.ParseBytes(cut, 2, 3));
        }
    }

    [Fact]
    public void Chardata_is_read_from_real_numbers_column_by_column_and_stands_upright()
    {
        var (train, test) = (new double[784 * 2], new double[784]);
        train[28] = 0.5;
        train[784 + 28] = 1;
        test[1] = 0.2;

        var images = OmniglotCharData.Read(Mat(("data", 784, 2, train), ("testdata", 784, 1, test)), 2, 1);

        Assert.Equal([128, 255], Enumerable.Range(0, 2).Select(i => (int)images.Train.Image(i)[1]).Order());
        Assert.Equal(51, images.Test.Image(0)[28]);
        Assert.Equal(51, images.Test.Pixels.ToArray().Sum(pixel => pixel));
    }

    [Fact]
    public void Chardata_of_another_shape_range_or_length_is_refused_with_the_reason()
    {
        var sound = Mat(("data", 784, 2, new double[1568]), ("testdata", 784, 1, new double[784]));

        Assert.Contains("'data' of 784 x 3, found 784 x 2",
            Assert.Throws<DataFormatException>(() => OmniglotCharData.Read(sound, 3, 1)).Message);
        Assert.Contains("'testdata'",
            Assert.Throws<DataFormatException>(() =>
                OmniglotCharData.Read(Mat(("data", 784, 2, new double[1568])), 2, 1)).Message);
        var grey = new double[784];
        grey[5] = 255;
        Assert.Contains("between 0 and 1, found 255",
            Assert.Throws<DataFormatException>(() =>
                OmniglotCharData.Read(Mat(("data", 784, 1, grey), ("testdata", 784, 1, grey)), 1, 1)).Message);
        Assert.Throws<DataFormatException>(() => OmniglotCharData.Read(new DataContent("cut.mat", sound.Bytes[..^100]), 2, 1));
    }

    [Fact]
    public void Joined_static_MNIST_is_training_and_validation_part_one_after_the_other()
    {
        var store = DatasetStore.FromEnvironment();
        Dataset apart, joined;
        try
        {
            apart = store.Load(new() { Name = "binarized-mnist", Binarization = "none" });
            joined = store.Load(new() { Name = "binarized-mnist-joined", Binarization = "none" });
        }
        catch (DataUnavailableException missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(missing.Message);
            return;
        }

        Assert.Equal((60_000, 10_000), (joined.Train.Count, joined.Test.Count));
        Assert.Null(joined.Valid);
        Assert.True(joined.Train.Image(49_999).SequenceEqual(apart.Train.Image(49_999)));
        Assert.True(joined.Train.Image(50_000).SequenceEqual(apart.Valid!.Image(0)));
        Assert.Equal(
            10_000, store.Load(new() { Name = "binarized-mnist-joined", Binarization = "none", Valid = 10_000 }).Valid!.Count);
    }

    private static byte[] Photos(int pairs)
    {
        var photos = new byte[pairs * 2 * 96 * 96];
        for (var i = 0; i < pairs * 2; i++)
        {
            var photo = photos.AsSpan(i * 96 * 96, 96 * 96);
            photo.Fill((byte)(10 * i));
            for (var row = 0; row < 3; row++)
                photo.Slice(row * 96, 3).Fill(255);

            photo[(96 * 2) + 5] = 255;
        }

        return photos;
    }

    private static DataContent Categories(int[] labels) =>
        Matrix(NorbReader.Integers, [labels.Length], [.. labels.SelectMany(Int)]);

    private static DataContent Matrix(uint mark, int[] sizes, byte[] values)
    {
        int[] filled = [.. sizes, .. Enumerable.Repeat(1, Math.Max(0, 3 - sizes.Length))];
        return new("x.mat", [.. Int((int)mark), .. Int(sizes.Length), .. filled.SelectMany(Int), .. values]);
    }

    private static DataContent Mat(params (string Name, int Rows, int Columns, double[] Values)[] arrays)
    {
        byte[] header = [.. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)), 0, 1, (byte)'I', (byte)'M'];
        return new("chardata.mat", [.. header, .. arrays.SelectMany(array => Element(14,
        [
            .. Element(6, [6, 0, 0, 0, 0, 0, 0, 0]), .. Element(5, [.. Int(array.Rows), .. Int(array.Columns)]),
            .. Element(1, Encoding.ASCII.GetBytes(array.Name)),
            .. Element(9, [.. array.Values.SelectMany(BitConverter.GetBytes)]),
        ]))]);
    }

    private static byte[] Element(int type, byte[] data) =>
        [.. Int(type), .. Int(data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
