using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli.Tests;

public sealed class RoomWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-room-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task That_there_is_no_room_is_said_once_for_all_devices_and_that_there_is_again_once()
    {
        using var said = new StringWriter();
        var host = new CliHost { Out = TextWriter.Null, Error = said, ErrorTerminal = Terminal.Plain };
        await using var store = StoreFactory.Open(Path.Combine(_folder, "a.db"), TimeProvider.System);
        var view = new ProgressView(host, store, "none");
        var room = new RoomWatch(_folder, view);

        room.Rests("cpu:0", "no space left on device");
        room.Rests("cpu:1", "no space left on device");
        room.Rests("cpu:0", "no space left on device");
        var resting = view.Resting;
        room.Recovered("cpu:0");
        room.Recovered("cpu:1");
        room.Recovered("cpu:1");
        await view.ShowAsync(new CancellationToken(canceled: true));

        Assert.True(resting);
        Assert.False(view.Resting);
        Assert.Matches(
            $"^no space left on device\\. [0-9.]+ [kMGT]?B are free at {_folder}\\. trials wait and go on by themselves "
            + "when that is over\\.\nthat is over: training goes on\\.\n$",
            said.ToString().ReplaceLineEndings("\n"));
    }
}
