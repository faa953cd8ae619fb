using System.Text;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>Files of every format with the same six images are the same data set; what is wrong with one is said with its file
/// and row.</summary>
public sealed class OwnFormatsTests : IDisposable
{
    // By own.py.
    private const string WithLabels = "f77d92cd87cb004fb6a1d5a3ce344aa543936c07a488808a572d3b2005158db7";
    private const string WithoutLabels = "811cf1ed9c580e98b3ac79ec21e019e27c8b45d52e097c52adfa1c6377fc980b";
    private const string Binary = "5ea03c6f3eaab5b8b4e5d0affd62dee1579d605227bcf4637d745213162b8c1a";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> Arrays() => new()
    {
        { "bytes.npy", MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels) },
        { "version-2.npy", MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels, version: 2) },
        { "channel-last.npy", MadeFiles.Npy("|u1", "(6, 3, 2, 1)", MadeFiles.Pixels) },
        { "channel-first.npy", MadeFiles.Npy("|u1", "(6, 1, 3, 2)", MadeFiles.Pixels) },
        { "singles.npy", MadeFiles.Npy("<f4", "(6, 3, 2)", MadeFiles.Singles(pixel => pixel / 255f)) },
        { "levels.npy", MadeFiles.Npy("<f4", "(6, 3, 2)", MadeFiles.Singles(pixel => pixel)) },
        { "doubles.npy", MadeFiles.Npy("<f8", "(6, 3, 2)", MadeFiles.Doubles(pixel => pixel / 255.0)) },
        { "swapped.npy", MadeFiles.Npy(">f8", "(6, 3, 2)", MadeFiles.Doubles(pixel => pixel / 255.0, big: true)) },
        { "swapped-singles.npy", MadeFiles.Npy(">f4", "(6, 3, 2)", MadeFiles.Singles(pixel => pixel, big: true)) },
        { "words.npy", MadeFiles.Npy("<u2", "(6, 3, 2)", [.. MadeFiles.Pixels.SelectMany(pixel => (byte[])[pixel, 0])]) },
        { "fortran.npy", MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.ColumnMajor(), fortran: true) },
        { "one.npz", MadeFiles.Npz(("arr_0", MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels))) },
        { "images.idx", MadeFiles.ImagesIdx() },
        { "images-idx3-ubyte.gz", MadeFiles.Gzip(MadeFiles.ImagesIdx()) },
        { "one.safetensors", MadeFiles.Safetensors(
            """{"pixels":{"dtype":"U8","shape":[6,3,2],"data_offsets":[0,36]}}""", MadeFiles.Pixels) },
    };

    [Theory]
    [MemberData(nameof(Arrays))]
    public void An_array_is_the_same_set_in_every_format(string name, byte[] content) =>
        Assert.Equal(WithoutLabels, Add(_folder.Write(name, content)).Facts.Sha256);

    [Theory]
    [InlineData("flat.npy", "shape=3x2")]
    [InlineData("plain.csv", "shape=3x2")]
    [InlineData("signed.npy", "range=-1,1")]
    public void What_a_file_does_not_say_can_be_said(string name, string option)
    {
        _folder.Write("flat.npy", MadeFiles.Npy("|u1", "(6, 6)", MadeFiles.Pixels));
        _folder.Write("plain.csv", Encoding.UTF8.GetBytes(MadeFiles.Csv(labelled: false)));
        _folder.Write("signed.npy",
            MadeFiles.Npy("<f4", "(6, 3, 2)", MadeFiles.Singles(pixel => (pixel / 127.5f) - 1)));

        Assert.Equal(WithoutLabels, Add(_folder[name], option).Facts.Sha256);
    }

    [Fact]
    public void Labels_come_from_the_file_itself_or_from_one_beside_it()
    {
        var images = MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels);
        var labels = MadeFiles.Npy("<i8", "(6,)", [.. MadeFiles.Labels.SelectMany(label => BitConverter.GetBytes((long)label))]);
        var npz = _folder.Write("both.npz", MadeFiles.Npz(("images", images), ("labels", labels)));
        var csv = _folder.Write("labelled.csv", Encoding.UTF8.GetBytes("label,a,b,c,d,e,f\n" + MadeFiles.Csv(labelled: true)));
        var npy = _folder.Write("alone.npy", images);
        _folder.Write("beside.npy", labels);
        _folder.Write("beside.txt", Encoding.UTF8.GetBytes("label\n3\n4\n3\n5\n4\n3\n"));
        _folder.Write("idx/train-images-idx3-ubyte", MadeFiles.ImagesIdx());
        _folder.Write("idx/train-labels-idx1-ubyte", MadeFiles.LabelsIdx());

        Assert.Equal(WithLabels, Add(npz).Facts.Sha256);
        Assert.Equal(WithLabels, Add(csv, "shape=3x2").Facts.Sha256);
        Assert.Equal(WithLabels, Add(csv, "shape=3x2", "label_column=0").Facts.Sha256);
        Assert.Equal(WithLabels, Add(npy, $"labels={_folder["beside.npy"]}").Facts.Sha256);
        Assert.Equal(WithLabels, Add(npy, $"labels={_folder["beside.txt"]}").Facts.Sha256);
        Assert.Equal(WithLabels, Add(_folder["idx"]).Facts.Sha256);
    }

    [Fact]
    public void Pictures_are_read_in_the_order_of_their_names_and_folders_are_classes()
    {
        for (var image = 0; image < MadeFiles.Count; image++)
            _folder.Write($"flat/{image}.png", MadeFiles.GreyPicture(image));
        _folder.Write("flat/notes.txt", [1]);
        for (var image = 0; image < MadeFiles.Count; image++)
            _folder.Write($"classes/{(char)('a' + (image / 2))}/{image}.png", MadeFiles.GreyPicture(image));

        var (flat, classes) = (Add(_folder["flat"]), Add(_folder["classes"]));

        Assert.Equal(WithoutLabels, flat.Facts.Sha256);
        Assert.Equal((3, 0), (classes.Facts.Classes, classes.Facts.FirstClass));
        Assert.Equal(["a", "b", "c"], OwnFile.ClassNames(classes.File!));
        Assert.Equal([0, 0, 1], Images(classes).Train.Labels!);
        Assert.Equal([2, 2], Images(classes).Test.Labels!);
    }

    [Fact]
    public void A_folder_split_by_whoever_made_it_stays_so()
    {
        for (var image = 0; image < MadeFiles.Count; image++)
        {
            var part = image < 3 ? "train" : image < 4 ? "val" : "test";
            _folder.Write($"parts/{part}/{(image % 2 == 0 ? "even" : "odd")}/{image}.png", MadeFiles.GreyPicture(image));
        }

        var set = Add(_folder["parts"]);

        Assert.Equal((3, 1, 2), (set.Facts.TrainImages, set.Facts.ValidImages, set.Facts.TestImages));
        Assert.Equal([0, 0, 1], Images(set).Train.Labels!);
        Assert.Equal([1], Images(set).Valid!.Labels!);
        Assert.Equal(MadeFiles.Pixels.AsSpan(4 * MadeFiles.Size), Images(set).Test.Pixels.Span);
    }

    [Fact]
    public void Binary_images_are_found_out_and_made_and_demanded()
    {
        var npy = _folder.Write("grey.npy", MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels));
        var bools = _folder.Write("bools.npy", MadeFiles.Npy(
            "|b1", "(6, 3, 2)", [.. MadeFiles.Pixels.Select(pixel => (byte)(pixel >= 128 ? 1 : 0))]));

        Assert.False(Add(npy).Facts.Binary);
        Assert.Equal(Binary, Add(npy, "threshold=0.5").Facts.Sha256);
        Assert.Equal(Binary, Add(bools, "binary=true").Facts.Sha256);
        Assert.True(Add(bools).Facts.Binary);
        Refused(npy, "is not binary: row 0, column 1 is 11 of 255", "binary=true");
    }

    [Fact]
    public void Colours_are_refused_or_made_grey_as_asked()
    {
        for (var image = 0; image < MadeFiles.Count; image++)
        {
            var number = image;
            _folder.Write($"colour/{image}.png", MadeFiles.Picture(i => ((byte)(40 * number), (byte)(20 * i), 7, 255)));
        }

        Refused(_folder["colour"], $"{_folder["colour/0.png"]} is in colour. Models here take one value a pixel: --grey");
        var set = Add(_folder["colour"], "grey=true");

        // Pillow's: (40 * 19595 + 100 * 38470 + 7 * 7471 + 32768) >> 16.
        Assert.Equal((40 * 19595 + 100 * 38470 + 7 * 7471 + 32768) >> 16, Images(set).Train.Image(1)[5]);
    }

    [Fact]
    public void A_jpeg_is_read()
    {
        for (var image = 0; image < MadeFiles.Count; image++)
        {
            var level = (byte)(40 * image);
            _folder.Write($"jpeg/{image}.jpg",
                MadeFiles.Picture(_ => MadeFiles.Grey(level), SkiaSharp.SKEncodedImageFormat.Jpeg, 8, 8));
        }

        var set = Add(_folder["jpeg"]);

        Assert.Equal((8, 8), (set.Facts.Height, set.Facts.Width));
        Assert.All(Images(set).Train.Image(2).ToArray(), pixel => Assert.InRange(pixel, 79, 81));
    }

    public static TheoryData<string, byte[], string> Broken()
    {
        var npy = MadeFiles.Npy("|u1", "(6, 3, 2)", MadeFiles.Pixels);
        var nan = MadeFiles.Singles(pixel => pixel / 255f);
        BitConverter.GetBytes(float.NaN).CopyTo(nan, 4 * ((4 * MadeFiles.Size) + 1));
        return new()
        {
            { "empty.npy", [], "empty.npy is empty" },
            { "text.npy", "hello, world"u8.ToArray(), "is no .npy file: it begins with 68656c6c6f2c2077" },
            { "short.npy", npy[..^7], "is cut short in row 4: (6, 3, 2) of UInt8 needs 36 bytes, and 29 are there" },
            { "long.npy", [.. npy, 1, 2], "goes on for 2 bytes after (6, 3, 2)" },
            { "header.npy", npy[..40], "is cut short in its header" },
            { "objects.npy", MadeFiles.Npy("|O", "(6, 3, 2)", []), "elements of NumPy's type '|O'" },
            { "complex.npy", MadeFiles.Npy("<c8", "(6, 3, 2)", new byte[288]), "NumPy's type '<c8'" },
            { "none.npy", MadeFiles.Npy("|u1", "(0, 3, 2)", []), "there is nothing in it" },
            { "huge.npy", MadeFiles.Npy("<f8", "(9999999999, 9999999999, 9)", []), "more than any file holds" },
            { "vector.npy", MadeFiles.Npy("|u1", "(36,)", MadeFiles.Pixels), "has the shape (36,); images are" },
            { "oblong.npy", MadeFiles.Npy("|u1", "(6, 6)", MadeFiles.Pixels), "6 pixels are no square: say --shape" },
            { "nan.npy", MadeFiles.Npy("<f4", "(6, 3, 2)", nan), "nan.npy, image 4 (counted from 0) has a pixel that is NaN" },
            { "signed.npy", MadeFiles.Npy("<f4", "(6, 3, 2)", MadeFiles.Singles(pixel => (pixel / 100f) - 1)),
                "has values from -1 (" },
            { "same.npy", MadeFiles.Npy("|u1", "(6, 3, 2)", new byte[36]), "every pixel has the same value (0 of 255)" },
            { "colour.npy", MadeFiles.Npy("|u1", "(2, 3, 2, 3)", MadeFiles.Pixels), "image 0 (counted from 0) is in colour" },
            { "two.npy", MadeFiles.Npy("|u1", "(1, 6, 6)", MadeFiles.Pixels), "--test 2: " },
            { "text.npz", "hello"u8.ToArray(), "is no sound .npz archive" },
            { "strange.npz", MadeFiles.Npz(("foo", npy), ("bar", npy)), "has the arrays foo, bar: --array says which" },
            { "inner.npz", MadeFiles.Npz(("x", npy[..^7])), "array 'x' is cut short in row 4" },
            { "text.idx", "hello"u8.ToArray(), "is no IDX file: it begins with" },
            { "short.idx", MadeFiles.ImagesIdx()[..^5], "is cut short in row 5" },
            { "cut.idx.gz", MadeFiles.Gzip(MadeFiles.ImagesIdx())[..^12], "cut.idx.gz" },
            { "ragged.csv", "1,2,3,4\n5,6,7,8\n1,2,3\n"u8.ToArray(), "ragged.csv, line 3: 3 columns, where the first row has 4" },
            { "word.csv", "1,2,3,4\n5,6,seven,8\n1,2,3,4\n"u8
                .ToArray(), "line 2: column 2 (counted from 0) is 'seven', no number" },
            { "wide.csv", "1,2,3,4,5\n"u8.ToArray(), "5 pixels a row, which are no square" },
            { "text.safetensors", "hello, world"u8.ToArray(), "is no safetensors file" },
            { "short.safetensors", MadeFiles.Safetensors(
                """{"x":{"dtype":"U8","shape":[6,3,2],"data_offsets":[0,36]}}""", MadeFiles.Pixels[..30]), "cut short" },
            { "image.png", MadeFiles.GreyPicture(0), "is one image; name the folder" },
            { "what.tiff", [1, 2, 3], "has no ending that is known" },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_cannot_be_used_is_refused_with_file_and_row(string name, byte[] content, string said) =>
        Refused(_folder.Write(name, content), said);

    public static TheoryData<string, string> BrokenPictures => new()
    {
        { "size", "2.png is 4x2, where" },
        { "cut", "2.png is a PNG that is cut short" },
        { "flipped", "2.png is a damaged PNG: a checksum is wrong at byte" },
        { "named", "2.png is no PNG or JPEG file, whatever its name says" },
        { "clear", "2.png is transparent in row 0, column 0" },
    };

    [Theory]
    [MemberData(nameof(BrokenPictures))]
    public void A_picture_that_cannot_be_used_is_named(string how, string said)
    {
        for (var image = 0; image < MadeFiles.Count; image++)
            _folder.Write($"{how}/{image}.png", MadeFiles.GreyPicture(image));
        var third = MadeFiles.GreyPicture(2);
        var flipped = (byte[])third.Clone();
        flipped[20] ^= 1;
        _folder.Write($"{how}/2.png", how switch
        {
            "size" => MadeFiles.Picture(i => MadeFiles.Grey((byte)i), height: 4),
            "cut" => third[..^15],
            "flipped" => flipped,
            "named" => "GIF89a"u8.ToArray(),
            _ => MadeFiles.Picture(_ => (9, 9, 9, 100)),
        });

        Refused(_folder[how], said);
    }

    [Theory]
    [InlineData("test=0", "test takes a share (0.1) or a number of images (1000), at least 1")]
    [InlineData("shape=28", "shape takes HEIGHTxWIDTH")]
    [InlineData("range=1", "range takes the values of black and of white")]
    [InlineData("threshold=2", "threshold takes an intensity")]
    [InlineData("gray=true", "there is no option 'gray'. Did you mean 'grey'?")]
    public void An_option_without_sense_is_refused(string option, string said)
    {
        var name = option.Split('=');
        var wrong = Assert.Throws<FormatException>(() =>
            ImportOptions.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { [name[0]] = name[1] }));
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
    }

    private void Refused(string path, string said, params string[] options)
    {
        var refused = Assert.Throws<DatasetException>(() => Add(path, options));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        // Nothing half-made stays.
        var kept = _folder["cache/own"];
        Assert.True(!Directory.Exists(kept) || Directory.GetFileSystemEntries(kept).All(entry =>
            !Path.GetFileName(entry).StartsWith(".part-", StringComparison.Ordinal)));
    }

    private OwnSet Add(string path, params string[] options)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["keep_order"] = "true", ["valid"] = "1", ["test"] = "2",
        };
        foreach (var option in options)
            given[option.Split('=', 2)[0]] = option.Split('=', 2)[1];

        return Folder().Add("mine", path, ImportOptions.Parse(given), progress: null, Token);
    }

    private OwnFolder Folder() => new(new DatasetStoreOptions { CacheFolder = _folder["cache"] });

    private PublishedImages Images(OwnSet set) => Folder().Load(set.Facts);
}
