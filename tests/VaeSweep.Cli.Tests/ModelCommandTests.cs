using VaeSweep.Results.Imaging;

namespace VaeSweep.Cli.Tests;

public sealed class ModelCommandTests(TrainedSweep sweep) : IClassFixture<TrainedSweep>, IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await sweep.TrainAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Generated_images_are_the_same_for_the_same_seed_as_picture_and_as_array()
    {
        var first = await ArrayAsync("generate", "-n", "9", "--seed", "3");
        var again = await ArrayAsync("generate", "-n", "9", "--seed", "3");
        var other = await ArrayAsync("generate", "-n", "9", "--seed", "4");
        var png = sweep.File("grid.png");
        var answer = await sweep.RunAsync("generate", sweep.Trial, "-n", "9", "--seed", "3", "-o", png);

        Assert.Equal([9, 28, 28], first.Shape);
        Assert.Equal(first.Values, again.Values);
        Assert.NotEqual(first.Values, other.Values);
        Assert.Equal(ExitCodes.Done, answer.Code);
        var picture = PngReader.Decode(await File.ReadAllBytesAsync(png, Token), png);
        Assert.Equal((84, 84), (picture.Width, picture.Height));
        // The top right tile is the third image, to the nearest of 256 greys.
        Assert.Equal(first.Values[(2 * 784) + 28 + 5], picture.Pixels[(1 * 84) + 56 + 5] / 255f, 0.5f / 255);
    }

    [Fact]
    public async Task Codes_of_images_decode_to_their_reconstructions()
    {
        var codes = await ArrayAsync("encode", "-n", "4");
        await File.WriteAllBytesAsync(sweep.File("means.npy"), NpyFile.Encode(new NpyArray([4, 3], codes.Values[..12])), Token);

        var decoded = await ArrayAsync("generate", "--codes", sweep.File("means.npy"));
        var back = await ArrayAsync("reconstruct", "-n", "4");

        Assert.Equal([2, 4, 3], codes.Shape);
        Assert.Equal(back.Values, decoded.Values);
    }

    [Fact]
    public async Task A_picture_of_reconstructions_can_be_handed_in_again()
    {
        var png = sweep.File("pairs.png");
        await sweep.RunAsync("reconstruct", sweep.Trial, "-n", "3", "-o", png);

        var codes = await ArrayAsync("encode", "--input", png);

        Assert.Equal([2, 6, 3], codes.Shape);
    }

    [Fact]
    public async Task An_interpolation_begins_and_ends_with_the_two_reconstructions()
    {
        var back = await ArrayAsync("reconstruct", "-n", "6");

        foreach (var path in new[] { "linear", "spherical" })
        {
            var way = await ArrayAsync("interpolate", "--from", "1", "--to", "5", "--steps", "7", "--path", path);

            Assert.Equal([7, 28, 28], way.Shape);
            Assert.Equal(back.Values[784..1568], way.Values[..784], Near);
            Assert.Equal(back.Values[^784..], way.Values[^784..], Near);
        }
    }

    [Fact]
    public async Task An_attribute_is_taken_away_and_added_around_the_image_itself()
    {
        var back = await ArrayAsync("reconstruct", "-n", "1");

        var way = await ArrayAsync("interpolate", "--attribute", "2-0", "--steps", "3", "--strength", "2");

        Assert.Equal(back.Values, way.Values[784..1568], Near);
        Assert.NotEqual(way.Values[..784], way.Values[1568..]);
    }

    [Fact]
    public async Task Codes_as_csv_have_the_classes_beside_them()
    {
        var file = sweep.File("codes.csv");
        await sweep.RunAsync("encode", sweep.Trial, "-n", "5", "-o", file);

        var lines = await File.ReadAllLinesAsync(file, Token);

        Assert.Equal("image,label,mean_1,mean_2,mean_3,logvar_1,logvar_2,logvar_3", lines[0]);
        Assert.Equal(6, lines.Length);
        Assert.Matches("^0,[012],", lines[1]);
    }

    [Theory]
    [InlineData("generate", "-o", "x.jpg", "ends in .png or .npy")]
    [InlineData("interpolate", "--attribute", "9", "There are 0, 1, 2.")]
    [InlineData("interpolate", "--to", "100000", "there are the images 0 to 99")]
    [InlineData("reconstruct", "--input", "nowhere.npy", "there is no file nowhere.npy")]
    public async Task What_cannot_be_done_is_said(string command, string option, string value, string message)
    {
        string[] output = option == "-o" ? [] : ["-o", sweep.File("never.npy")];

        var answer = await sweep.RunAsync([command, sweep.Trial, option, value, .. output]);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(message, answer.Error, StringComparison.Ordinal);
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5;

    private async Task<NpyArray> ArrayAsync(string command, params string[] options)
    {
        var file = sweep.File($"{Guid.NewGuid():N}.npy");
        var answer = await sweep.RunAsync([command, sweep.Trial, .. options, "-o", file]);
        Assert.True(answer.Code == ExitCodes.Done, answer.Error);
        return NpyFile.Decode(await File.ReadAllBytesAsync(file, Token), file);
    }
}
